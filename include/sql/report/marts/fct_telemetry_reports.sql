{# The first report of each system and day. #}
{% from "templates/telemetry.sql" import database_version_text, shown_reports %}
{% set numbers = [
    'worker_processes', 'worker_hosts', 'content_app_processes', 'content_app_hosts',
    'users', 'groups', 'domains', 'custom_access_policies', 'custom_roles',
] %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

read_out as (
    select
        *,
        {% if product.database_version -%}
        {{ json_bigint('report', product.database_version.split('.')) }}
        {%- else -%}
        cast(null as {{ type_bigint() }})
        {%- endif %} as database_version
    from shown
),

final as (
    select
        report_key,
        {{ setting('instance') }} as instance,
        report_id,
        received_at,
        reported_on,
        system_key,
        system_id,
        first_seen_on,
        age_days,
        has_development_version,
        is_counted,
        is_persistent,
        cast(received_reports - 1 as {{ type_bigint() }}) as duplicate_reports,
        cast(dropped_reports as {{ type_bigint() }}) as dropped_reports,
        database_version,
        {{ database_version_text('database_version') }} as database_version_text,
        {% for name in numbers -%}
        {% if name in product.numbers -%}
        {{ json_bigint('report', product.numbers[name].split('.')) }}
        {%- else -%}
        cast(null as {{ type_bigint() }})
        {%- endif %} as {{ name }},
        {% endfor -%}
        report
    from read_out
)

select * from final
