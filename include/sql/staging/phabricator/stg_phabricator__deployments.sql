{# Release tasks as deployments: a closed one has ended, and unless its status discards it, it has
   reached its environment. What the statuses mean is as settings and the source's facts say. #}
with tagged as (
    select
        record_id,
        project_id
    from {{ raw('release_tasks') }}
    {{ join_json_texts('payload', ['attachments', 'projects', 'projectPHIDs'], 'project_id') }}
),

environments as (
    select max(value) as environment
    from {{ settings_table('option') }}
    where name = 'releases.environment'
),

outcomes as (
    select
        status_id,
        max(outcome) as outcome
    from {{ settings_table('status') }}
    where project_ref is null and valid_from is null
    group by status_id
),

-- A milestone stands for its project.
tagged_projects as (
    select
        tagged.record_id as record_id,
        coalesce(sprints.project_id, tagged.project_id) as project_id
    from tagged
    left join {{ ref('stg_phabricator__sprints') }} as sprints
        on tagged.project_id = sprints.sprint_id
),

main_projects as (
    select
        tagged_projects.record_id as record_id,
        projects.project_id as project_id,
        row_number() over (
            partition by tagged_projects.record_id
            order by projects.project_number, projects.project_id
        ) as choice
    from tagged_projects
    inner join {{ ref('stg_phabricator__projects') }} as projects
        on tagged_projects.project_id = projects.project_id
),

final as (
    select
        tasks.deployment_id as deployment_id,
        'release_task' as deployment_kind,
        main_projects.project_id as project_id,
        coalesce(environments.environment, 'production') as environment,
        true as is_production,
        coalesce(tasks.release_version, tasks.title, 'T' || tasks.number) as name,
        cast(null as {{ type_text() }}) as url,
        cast(null as {{ type_text() }}) as ref_name,
        cast(null as {{ type_text() }}) as commit_oid,
        cast(null as {{ type_timestamp() }}) as committed_at,
        coalesce(tasks.created_at, tasks.updated_at) as created_at,
        coalesce(tasks.created_at, tasks.updated_at) as started_at,
        tasks.closed_at as finished_at,
        case
            when tasks.closed_at is null then 'pending'
            when coalesce(outcomes.outcome, 'delivered') = 'discarded' then 'failure'
            else 'success'
        end as status,
        tasks.status_id as source_state,
        coalesce(tasks.updated_at, tasks.created_at) as updated_at,
        coalesce(tasks.conductor_id, tasks.author_id) as creator_id,
        cast(null as {{ type_text() }}) as creator_login,
        cast(null as {{ type_text() }}) as creator_kind
    from {{ ref('stg_phabricator__release_tasks') }} as tasks
    cross join environments
    left join main_projects
        on tasks.deployment_id = main_projects.record_id and main_projects.choice = 1
    left join outcomes on tasks.status_id = outcomes.status_id
)

select * from final
