{# Incidents, and the deployment that each is put down to: the last one of its team that reached
   production before it began. Discarded ones were none, and those that went away while they were
   open are left out. #}
with there as (
    select issue_key
    from {{ published('fct_issues') }}
    where missing_reason is null
),

incidents as (
    select *
    from {{ published('fct_incidents') }}
    where
        coalesce(outcome, '') <> 'discarded'
        and (resolved_at is not null or issue_key in (select issue_key from there))
),

matches as (
    select
        incidents.issue_key as issue_key,
        deployments.deployment_key as deployment_key,
        row_number() over (
            partition by incidents.issue_key
            order by
                deployments.finished_at desc,
                deployments.committed_at desc,
                deployments.deployment_key desc
        ) as choice
    from incidents
    inner join {{ published('v_dora_production') }} as deployments
        on incidents.team = deployments.team
    where deployments.finished_at <= incidents.created_at
),

final as (
    select
        incidents.issue_key as issue_key,
        incidents.instance as instance,
        incidents.team as team,
        incidents.readable_id as readable_id,
        incidents.title as title,
        matches.deployment_key as deployment_key,
        incidents.created_at as created_at,
        incidents.resolved_at as resolved_at,
        {{ seconds_between('incidents.created_at', 'incidents.resolved_at') }} as restore_seconds
    from incidents
    left join matches on incidents.issue_key = matches.issue_key and matches.choice = 1
)

select * from final
