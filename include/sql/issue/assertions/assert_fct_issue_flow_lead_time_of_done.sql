-- An issue has a quarter while it is done, and only then; likewise a lead time, unless it was
-- created as done.
select
    issue_key,
    is_done,
    created_at,
    first_done_at,
    last_done_at,
    lead_time_seconds,
    quarter
from {{ ref('fct_issue_flow') }}
where
    (is_done and (last_done_at is null or quarter is null))
    or (is_done and lead_time_seconds is null and first_done_at > created_at)
    or (not is_done and (lead_time_seconds is not null or quarter is not null))
