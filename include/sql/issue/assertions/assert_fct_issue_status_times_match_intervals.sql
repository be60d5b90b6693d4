-- An issue's time and visits in a status are the sums over its intervals in that status.
with

both_sides as (
    select
        issue_key,
        status_key,
        visits,
        duration_seconds
    from {{ ref('fct_issue_status_times') }}
    union all
    select
        issue_key,
        status_key,
        -1 as visits,
        -coalesce(duration_seconds, 0) as duration_seconds
    from {{ ref('fct_issue_status_intervals') }}
),

final as (
    select
        issue_key,
        status_key,
        sum(visits) as visits_too_many,
        sum(duration_seconds) as seconds_too_many
    from both_sides
    group by issue_key, status_key
)

select
    issue_key,
    status_key,
    visits_too_many,
    seconds_too_many
from final
where visits_too_many <> 0 or seconds_too_many <> 0
