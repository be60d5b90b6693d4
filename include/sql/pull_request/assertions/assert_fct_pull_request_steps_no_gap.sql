-- The next step begins when the one before it ends.
select
    earlier.step_key,
    earlier.left_at,
    later.entered_at as next_entered_at
from {{ ref('fct_pull_request_steps') }} as earlier
left join {{ ref('fct_pull_request_steps') }} as later
    on
        earlier.pull_request_key = later.pull_request_key
        and earlier.sequence + 1 = later.sequence
where
    later.entered_at is not null
    and (earlier.left_at is null or earlier.left_at <> later.entered_at)
