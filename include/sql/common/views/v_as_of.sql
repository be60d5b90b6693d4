{# How far each instance is known without a hole, from its first window on. #}
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
        instance,
        ends_at as as_of_at,
        {{ day_of('ends_at', setting('reporting_timezone')) }} as as_of_on,
        {{ day_of('starts_at', setting('reporting_timezone')) }} as known_from_on,
        {{ day_of('loaded_until_at', setting('reporting_timezone')) }} as loaded_until_on
    from stretches
    where choice = 1
)

select * from final
