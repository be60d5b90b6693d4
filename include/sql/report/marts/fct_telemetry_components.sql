{# The components of the first report of each system and day. #}
{% from "templates/telemetry.sql" import
    component_text, first_two_parts, major_of, minor_of, shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

{% if product.components -%}
members as (
    select
        shown.report_key as report_key,
        shown.reported_on as reported_on,
        shown.system_key as system_key,
        shown.is_counted as is_counted,
        shown.is_persistent as is_persistent,
        {{ component_text(product.components.name) }} as component,
        {{ component_text(product.components.version) }} as version
    from shown
    {{ join_json_items('shown.report', product.components.list.split('.'), 'item') }}
),
{%- else -%}
members as (
    select
        report_key,
        reported_on,
        system_key,
        is_counted,
        is_persistent,
        cast(null as {{ type_text() }}) as component,
        cast(null as {{ type_text() }}) as version
    from shown
),
{%- endif %}

-- A component that a report has twice counts once.
single as (
    select
        report_key,
        reported_on,
        system_key,
        is_counted,
        is_persistent,
        component,
        max(version) as version
    from members
    where component is not null and version is not null
    group by report_key, reported_on, system_key, is_counted, is_persistent, component
),

parts as (
    select
        *,
        {{ first_two_parts('version') }} as release
    from single
),

final as (
    select
        report_key,
        {{ setting('instance') }} as instance,
        reported_on,
        system_key,
        is_counted,
        is_persistent,
        component,
        version,
        release,
        {{ major_of('release') }} as major,
        {{ minor_of('release') }} as minor
    from parts
)

select * from final
