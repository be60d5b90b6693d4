{# Release tasks as deployments: a closed one has ended, and unless its status discards it, it has
   reached its environment. What the statuses mean is as settings and the source's facts say. #}
{% from "templates/phabricator_releases.sql" import releases %}
with tasks as (
    select * from {{ raw('release_tasks') }}
),

{{ releases(
    'tasks', settings_table('option'), setting('release_title_pattern'),
    setting('release_version_pattern'), setting('reporting_timezone')
) }},

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

members as (
    select
        record_id,
        record_version,
        title,
        release_version,
        conductor_id,
        {{ json_texts('payload', {
            'number': ['id'], 'status_id': ['fields', 'status', 'value'],
            'author_id': ['fields', 'authorPHID'], 'created': ['fields', 'dateCreated'],
            'closed': ['fields', 'dateClosed'],
        }) }},
        {{ json_part('payload', ['attachments', 'projects', 'projectPHIDs']) }} as project_ids
    from told_releases
),

tagged as (
    select
        members.record_id,
        project_id
    from members
    {{ join_json_texts('members.project_ids', [], 'project_id') }}
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

dated as (
    select
        *,
        coalesce(
            {{ epoch_to_timestamp(text_to_bigint('created')) }},
            {{ epoch_to_timestamp('record_version') }}
        ) as created_at,
        {{ epoch_to_timestamp(text_to_bigint('closed')) }} as closed_at
    from members
),

final as (
    select
        dated.record_id as deployment_id,
        'release_task' as deployment_kind,
        main_projects.project_id as project_id,
        coalesce(environments.environment, 'production') as environment,
        true as is_production,
        coalesce(dated.release_version, dated.title, 'T' || dated.number) as name,
        cast(null as {{ type_text() }}) as url,
        cast(null as {{ type_text() }}) as ref_name,
        cast(null as {{ type_text() }}) as commit_oid,
        cast(null as {{ type_timestamp() }}) as committed_at,
        dated.created_at as created_at,
        dated.created_at as started_at,
        dated.closed_at as finished_at,
        case
            when dated.closed_at is null then 'pending'
            when coalesce(outcomes.outcome, 'delivered') = 'discarded' then 'failure'
            else 'success'
        end as status,
        dated.status_id as source_state,
        coalesce(
            {{ epoch_to_timestamp('dated.record_version') }}, dated.created_at
        ) as updated_at,
        coalesce(dated.conductor_id, dated.author_id) as creator_id,
        cast(null as {{ type_text() }}) as creator_login,
        cast(null as {{ type_text() }}) as creator_kind
    from dated
    cross join environments
    left join main_projects
        on dated.record_id = main_projects.record_id and main_projects.choice = 1
    left join outcomes on dated.status_id = outcomes.status_id
)

select * from final
