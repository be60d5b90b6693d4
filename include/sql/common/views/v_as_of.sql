{# How far each instance is known without a hole, from its first window on. The casts let a left
   join return null for the others, whatever a ClickHouse session is set to. #}
with stretches as (
    select
        instance,
        starts_at,
        ends_at,
        max(ends_at) over (partition by instance) as loaded_until_at,
        row_number() over (partition by instance order by starts_at, instance) as choice
    from {{ published('ops_coverage') }}
    where state = 'covered'
),

final as (
    select
        cast(ends_at as {{ type_timestamp() }}) as as_of_at,
        {% for name, instant in {
            'as_of_on': 'ends_at', 'known_from_on': 'starts_at',
            'loaded_until_on': 'loaded_until_at',
        }.items() -%}
        cast({{ day_of(instant, setting('reporting_timezone')) }} as {{ type_date() }})
            as {{ name }},
        {% endfor -%}
        instance
    from stretches
    where choice = 1
)

select * from final
