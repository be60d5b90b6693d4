{# Persistent systems of a day by each of their numbers. #}
{% from "templates/telemetry.sql" import shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

told as (
    {% for measure, path in product.measures.items() -%}
    select
        reported_on,
        {{ text_literal(measure) }} as measure,
        {{ json_bigint('report', path.split('.')) }} as number
    from shown
    where is_persistent
    union all
    {% endfor -%}
    select
        reported_on,
        cast(null as {{ type_text() }}) as measure,
        cast(null as {{ type_bigint() }}) as number
    from shown
    where 1 = 0
),

final as (
    select
        {{ setting('instance') }} as instance,
        reported_on,
        measure,
        number,
        count(*) as systems
    from told
    where number is not null
    group by reported_on, measure, number
)

select * from final
