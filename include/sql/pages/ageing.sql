-- The started issues that have been open longest.
select
    ageing.readable_id,
    ageing.title,
    ageing.team,
    ageing.status_name,
    ageing.status_category,
    ageing.is_waiting,
    ageing.age_seconds,
    ageing.seconds_in_status
from {{ mart('v_issue_ageing') }} as ageing
where
    ageing.age_seconds is not null
    and {{ filtered('ageing') }}
order by ageing.age_seconds desc, ageing.issue_key asc
limit 10
