-- The first status interval of an issue begins when the issue was created.
select
    intervals.interval_key,
    intervals.entered_at,
    issues.created_at
from {{ ref('fct_issue_status_intervals') }} as intervals
inner join {{ ref('fct_issues') }} as issues
    on intervals.issue_key = issues.issue_key
where intervals.sequence = 1 and intervals.entered_at <> issues.created_at
