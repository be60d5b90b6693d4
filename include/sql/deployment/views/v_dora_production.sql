{# Deployments that reached production, in the order in which they did, of a project, environment
   and branch. One is taken for one of the branch that most pull requests go into where its own
   ref is no branch of theirs, such as a tag. A release is none where the project has deployments,
   which bring it. #}
with successes as (
    select
        *,
        max(case when deployment_kind = 'release' then 0 else 1 end)
            over (partition by instance, project_key) as has_deployments
    from {{ published('fct_deployments') }}
    where is_production and status = 'success' and finished_at is not null
),

branches as (
    select
        project_key,
        base_branch,
        row_number() over (
            partition by project_key order by count(*) desc, base_branch asc
        ) as choice
    from {{ published('fct_pull_requests') }}
    where merged_at is not null and base_branch is not null
    group by project_key, base_branch
),

deployed as (
    select
        deployments.deployment_key as deployment_key,
        deployments.instance as instance,
        deployments.project_key as project_key,
        deployments.team as team,
        deployments.environment as environment,
        deployments.name as name,
        coalesce(own.base_branch, usual.base_branch, deployments.ref_name, '') as branch,
        deployments.commit_oid as commit_oid,
        coalesce(deployments.committed_at, deployments.created_at) as committed_at,
        deployments.finished_at as finished_at
    from successes as deployments
    left join branches as own
        on deployments.project_key = own.project_key and deployments.ref_name = own.base_branch
    left join branches as usual
        on deployments.project_key = usual.project_key and usual.choice = 1
    where deployments.deployment_kind <> 'release' or deployments.has_deployments = 0
),

-- What was deployed up to then: after a rollback nothing is new until it is passed again.
final as (
    select
        deployment_key,
        instance,
        project_key,
        team,
        environment,
        name,
        branch,
        commit_oid,
        committed_at,
        finished_at,
        max(committed_at) over (
            partition by instance, project_key, environment, branch
            order by finished_at, committed_at, deployment_key
            rows between unbounded preceding and 1 preceding
        ) as deployed_until_at
    from deployed
)

select * from final
