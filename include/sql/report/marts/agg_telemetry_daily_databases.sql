{# Persistent systems of a day by their version of PostgreSQL; 0 is unknown. #}
{% from "templates/telemetry.sql" import database_version_text, shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

versions as (
    select
        reported_on,
        {% if product.database_version -%}
        coalesce({{ json_bigint('report', product.database_version.split('.')) }}, 0)
            as database_version
        {%- else -%}
        cast(0 as {{ type_bigint() }}) as database_version
        {%- endif %}
    from shown
    where is_persistent
),

final as (
    select
        {{ setting('instance') }} as instance,
        reported_on,
        database_version,
        {{ database_version_text('database_version') }} as database_version_text,
        count(*) as systems
    from versions
    group by reported_on, database_version
)

select * from final
