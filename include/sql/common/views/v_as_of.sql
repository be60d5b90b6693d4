{# How far each instance is known without a hole, from its first window on. #}
with ranked as (
    select
        instance,
        ends_at,
        row_number() over (partition by instance order by starts_at, instance) as choice
    from {{ published('ops_coverage') }}
    where state = 'covered'
),

final as (
    select
        instance,
        ends_at as as_of_at,
        {{ day_of('ends_at', setting('reporting_timezone')) }} as as_of_on
    from ranked
    where choice = 1
)

select * from final
