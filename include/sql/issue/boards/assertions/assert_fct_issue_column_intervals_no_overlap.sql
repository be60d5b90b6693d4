-- An issue is in one column of a board at a time.
select
    later.interval_key,
    earlier.left_at as previous_left_at,
    later.entered_at
from {{ ref('fct_issue_column_intervals') }} as earlier
inner join {{ ref('fct_issue_column_intervals') }} as later
    on
        earlier.issue_key = later.issue_key
        and earlier.board_key = later.board_key
        and earlier.sequence + 1 = later.sequence
where earlier.left_at is null or earlier.left_at > later.entered_at
