{# Deployments to production: which failed by an incident, when that was over, and which repaired
   one. #}
with incidents as (
    select
        deployment_key,
        count(*) as incidents,
        min(created_at) as failed_at,
        case when count(*) = count(resolved_at) then max(resolved_at) end as recovered_at
    from {{ published('v_dora_incidents') }}
    where deployment_key is not null
    group by deployment_key
),

repairs as (
    select distinct links.pull_request_key as pull_request_key
    from {{ published('v_issue_pull_requests') }} as links
    inner join {{ published('v_dora_incidents') }} as incidents
        on links.issue_key = incidents.issue_key
    where links.is_implementation
),

changes as (
    select
        changes.deployment_key as deployment_key,
        count(*) as changes,
        count(repairs.pull_request_key) as repairs
    from {{ published('v_dora_changes') }} as changes
    left join repairs on changes.pull_request_key = repairs.pull_request_key
    group by changes.deployment_key
),

final as (
    select
        deployments.deployment_key as deployment_key,
        deployments.instance as instance,
        deployments.project_key as project_key,
        deployments.team as team,
        deployments.environment as environment,
        deployments.name as name,
        deployments.branch as branch,
        deployments.finished_at as finished_at,
        {{ day_of('deployments.finished_at', setting('reporting_timezone')) }} as finished_on,
        cast(deployments.deployed_until_at is null as {{ type_boolean() }}) as is_seed,
        cast(coalesce(changes.changes, 0) as {{ type_bigint() }}) as changes,
        cast(coalesce(incidents.incidents, 0) as {{ type_bigint() }}) as incidents,
        cast(coalesce(incidents.incidents, 0) > 0 as {{ type_boolean() }}) as is_change_failure,
        incidents.failed_at as failed_at,
        incidents.recovered_at as recovered_at,
        {{ seconds_between('incidents.failed_at', 'incidents.recovered_at') }} as recovery_seconds,
        cast(
            case when changes.changes > 0 then changes.repairs > 0 end as {{ type_boolean() }}
        ) as is_rework
    from {{ published('v_dora_production') }} as deployments
    left join incidents on deployments.deployment_key = incidents.deployment_key
    left join changes on deployments.deployment_key = changes.deployment_key
)

select * from final
