{# Persistent systems of a day by the versions of their components. #}
{% from "templates/telemetry.sql" import
    component_text, first_two_parts, major_of, minor_of, shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

members as (
    select
        shown.reported_on as reported_on,
        shown.report_key as report_key,
        {% if product.components -%}
        {{ component_text(product.components.name) }} as component,
        {{ component_text(product.components.version) }} as version
        {%- else -%}
        cast(null as {{ type_text() }}) as component,
        cast(null as {{ type_text() }}) as version
        {%- endif %}
    from shown
    {% if product.components -%}
    {{ join_json_items('shown.report', product.components.list.split('.'), 'item') }}
    {%- endif %}
    where shown.is_persistent
),

single as (
    select
        reported_on,
        report_key,
        component,
        max(version) as version
    from members
    where component is not null and version is not null
    group by reported_on, report_key, component
),

versions as (
    select
        reported_on,
        component,
        'x.y.z' as precision,
        version,
        {{ first_two_parts('version') }} as release
    from single
    union all
    select
        reported_on,
        component,
        'x.y' as precision,
        {{ first_two_parts('version') }} as version,
        {{ first_two_parts('version') }} as release
    from single
),

final as (
    select
        {{ setting('instance') }} as instance,
        reported_on,
        component,
        precision,
        version,
        {{ major_of('release') }} as major,
        {{ minor_of('release') }} as minor,
        count(*) as systems
    from versions
    group by reported_on, component, precision, version, release
)

select * from final
