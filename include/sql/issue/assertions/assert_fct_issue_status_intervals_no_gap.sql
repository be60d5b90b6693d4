-- The next status interval begins no later than the one before it ends.
select
    earlier.interval_key,
    earlier.left_at,
    later.entered_at as next_entered_at
from {{ ref('fct_issue_status_intervals') }} as earlier
left join {{ ref('fct_issue_status_intervals') }} as later
    on earlier.issue_key = later.issue_key and earlier.sequence + 1 = later.sequence
where
    not earlier.is_current
    and (later.entered_at is null or earlier.left_at < later.entered_at)
