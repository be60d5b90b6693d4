-- An issue's closed status intervals add up to the time from its creation to its last change.
with

spans as (
    select
        intervals.issue_key,
        min(issues.created_at) as created_at,
        max(intervals.entered_at) as last_changed_at,
        coalesce(sum(intervals.duration_seconds), 0) as interval_seconds
    from {{ ref('fct_issue_status_intervals') }} as intervals
    inner join {{ ref('fct_issues') }} as issues
        on intervals.issue_key = issues.issue_key
    group by intervals.issue_key
),

final as (
    select
        issue_key,
        interval_seconds,
        {{ seconds_between('created_at', 'last_changed_at') }} as elapsed_seconds
    from spans
)

select
    issue_key,
    interval_seconds,
    elapsed_seconds
from final
where interval_seconds <> elapsed_seconds
