{# Averages of numbers of services over the persistent systems of a day that tell them. #}
{% from "templates/telemetry.sql" import shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

{# A day has a row for each service if any system counts, also without one that tells it. #}
told as (
    {% for service, path in product.services.items() -%}
    select
        reported_on,
        {{ text_literal(service) }} as service,
        case when is_persistent then {{ json_bigint('report', path.split('.')) }} end as number
    from shown
    where is_counted
    union all
    {% endfor -%}
    select
        reported_on,
        cast(null as {{ type_text() }}) as service,
        cast(null as {{ type_bigint() }}) as number
    from shown
    where 1 = 0
),

final as (
    select
        {{ setting('instance') }} as instance,
        reported_on,
        service,
        {{ ratio('sum(number)', 'count(number)') }} as average,
        count(number) as systems
    from told
    group by reported_on, service
)

select * from final
