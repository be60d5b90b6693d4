{# The projects of the snapshot, and parents that it only names. #}
with projects as (
    select * from {{ staged('projects') }}
),

unseen_parents as (
    select distinct projects.parent_project_id as project_id
    from projects
    left join projects as parents on projects.parent_project_id = parents.project_id
    where projects.parent_project_id is not null and parents.project_id is null
),

final as (
    select
        projects.project_id as project_id,
        projects.project_number as project_number,
        projects.name as name,
        projects.slug as slug,
        case
            when teams.team is not null then teams.team
            when projects.is_milestone then coalesce(parents.name, projects.name)
            else projects.name
        end as team,
        projects.parent_project_id as parent_project_id,
        projects.is_milestone as is_milestone,
        projects.milestone_number as milestone_number,
        projects.status as status,
        true as is_known,
        projects.created_at as created_at,
        projects.starts_at as starts_at,
        projects.ends_at as ends_at
    from projects
    left join {{ ref('int_project_teams') }} as teams on projects.project_id = teams.project_id
    left join projects as parents on projects.parent_project_id = parents.project_id
    union all
    select
        project_id,
        cast(null as {{ type_bigint() }}) as project_number,
        project_id as name,
        cast(null as {{ type_text() }}) as slug,
        project_id as team,
        cast(null as {{ type_text() }}) as parent_project_id,
        false as is_milestone,
        cast(null as {{ type_bigint() }}) as milestone_number,
        cast(null as {{ type_text() }}) as status,
        false as is_known,
        cast(null as {{ type_timestamp() }}) as created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        cast(null as {{ type_timestamp() }}) as ends_at
    from unseen_parents
)

select * from final
