-- Open issues, and how many of them were started.
select
    count(*) as open_issues,
    count(ageing.age_seconds) as started_issues
from {{ mart('v_issue_ageing') }} as ageing
where {{ filtered('ageing') }}
