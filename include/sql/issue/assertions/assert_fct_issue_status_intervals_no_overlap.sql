-- The next status interval begins no earlier than the one before it ends.
select
    later.interval_key,
    earlier.left_at as previous_left_at,
    later.entered_at
from {{ ref('fct_issue_status_intervals') }} as earlier
inner join {{ ref('fct_issue_status_intervals') }} as later
    on earlier.issue_key = later.issue_key and earlier.sequence + 1 = later.sequence
where earlier.left_at is null or earlier.left_at > later.entered_at
