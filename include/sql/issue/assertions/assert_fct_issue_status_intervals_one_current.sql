-- Every issue has exactly one current status interval, and it is the open one.
select
    issues.issue_key,
    count(intervals.interval_key) as current_intervals
from {{ ref('fct_issues') }} as issues
left join {{ ref('fct_issue_status_intervals') }} as intervals
    on issues.issue_key = intervals.issue_key and intervals.is_current
group by issues.issue_key
having count(intervals.interval_key) <> 1 or count(intervals.left_at) > 0
