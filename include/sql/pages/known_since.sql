-- When the first issue was created; no week before it has anything to tell.
select min(flow.created_at) as known_since
from {{ mart('fct_issue_flow') }} as flow
