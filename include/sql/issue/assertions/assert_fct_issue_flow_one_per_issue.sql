-- Every issue has its row of flow times, with the same creation.
select
    issues.issue_key,
    issues.created_at,
    flow.created_at as flow_created_at
from {{ ref('fct_issues') }} as issues
left join {{ ref('fct_issue_flow') }} as flow
    on issues.issue_key = flow.issue_key
where flow.created_at is null or issues.created_at <> flow.created_at
