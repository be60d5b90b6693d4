-- An issue is with one person at a time, and only the last assignment is open.
select
    later.assignment_key,
    earlier.released_at as previous_released_at,
    later.assigned_at
from {{ ref('fct_issue_assignments') }} as earlier
inner join {{ ref('fct_issue_assignments') }} as later
    on earlier.issue_key = later.issue_key and earlier.sequence + 1 = later.sequence
where earlier.released_at is null or earlier.released_at > later.assigned_at
