-- The time that is not loaded, by instance.
select
    instance,
    state,
    starts_at,
    ends_at
from {{ ops('ops_coverage') }}
where state <> 'covered'
order by starts_at, instance
