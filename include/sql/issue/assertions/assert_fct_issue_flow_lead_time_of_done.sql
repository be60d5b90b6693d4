-- An issue has a lead time and a quarter while it is done, and only then.
select
    issue_key,
    is_done,
    last_done_at,
    lead_time_seconds,
    quarter
from {{ ref('fct_issue_flow') }}
where
    (is_done and (lead_time_seconds is null or last_done_at is null or quarter is null))
    or (not is_done and (lead_time_seconds is not null or quarter is not null))
