{# Pull requests, and the deployment that brought each to production first: merged after what was
   deployed before on the branch, and up to the commit that was deployed. Times, not commits, so that
   squashed and rebased ones are found. The first deployment claims nothing. #}
with claims as (
    select
        pull_requests.pull_request_key as pull_request_key,
        pull_requests.first_commit_at as first_commit_at,
        pull_requests.merged_at as merged_at,
        deployments.deployment_key as deployment_key,
        deployments.finished_at as deployed_at,
        deployments.instance as instance,
        deployments.project_key as project_key,
        deployments.team as team,
        row_number() over (
            partition by pull_requests.pull_request_key
            order by deployments.finished_at, deployments.deployment_key
        ) as choice
    from {{ published('v_dora_production') }} as deployments
    inner join {{ published('fct_pull_requests') }} as pull_requests
        on
            deployments.project_key = pull_requests.project_key
            and deployments.branch = pull_requests.base_branch
    where
        pull_requests.merged_at is not null
        and pull_requests.merged_at <= deployments.finished_at
        and greatest(
            coalesce(pull_requests.merge_committed_at, pull_requests.merged_at),
            pull_requests.merged_at
        ) > deployments.deployed_until_at
        and coalesce(pull_requests.merge_committed_at, pull_requests.merged_at)
        <= deployments.committed_at
),

final as (
    select
        pull_request_key,
        deployment_key,
        instance,
        project_key,
        team,
        first_commit_at,
        merged_at,
        deployed_at,
        case
            when first_commit_at <= merged_at and merged_at <= deployed_at
                then {{ seconds_between('first_commit_at', 'deployed_at') }}
        end as lead_time_seconds,
        case
            when merged_at <= deployed_at then {{ seconds_between('merged_at', 'deployed_at') }}
        end as merge_to_deployment_seconds
    from claims
    where choice = 1
)

select * from final
