{# Sprints are numbered after all projects, so that an issue's own project stays its main one. #}
with members as (
    select
        record_id as id,
        {{ json_texts('payload', {'name': ['name'], 'slug': ['shortName']}) }},
        coalesce({{ json_boolean('payload', ['archived']) }}, false) as is_archived
    from {{ raw('projects') }}
),

numbered as (
    select
        id,
        name,
        slug,
        is_archived,
        {{ text_to_bigint("substring(id, position('-' in id) + 1)") }} as project_number
    from members
),

highest as (
    select coalesce(max(project_number), 0) as project_number
    from numbered
),

only_projects as (
    select
        board_id,
        case when count(*) = 1 then min(project_id) end as project_id
    from {{ ref('stg_youtrack__board_projects') }}
    group by 1
),

final as (
    select
        'project:' || id as project_id,
        project_number,
        coalesce(name, id) as name,
        slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        false as is_milestone,
        cast(null as {{ type_bigint() }}) as milestone_number,
        case when is_archived then 'archived' else 'active' end as status,
        cast(null as {{ type_timestamp() }}) as created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        cast(null as {{ type_timestamp() }}) as ends_at
    from numbered
    union all
    select
        sprints.sprint_id as project_id,
        highest.project_number + sprints.position as project_number,
        sprints.name as name,
        cast(null as {{ type_text() }}) as slug,
        only_projects.project_id as parent_project_id,
        true as is_milestone,
        sprints.position_on_board as milestone_number,
        case when sprints.is_archived then 'archived' else 'active' end as status,
        cast(null as {{ type_timestamp() }}) as created_at,
        sprints.starts_at as starts_at,
        sprints.ends_at as ends_at
    from {{ ref('stg_youtrack__sprints') }} as sprints
    cross join highest
    left join only_projects on sprints.board_id = only_projects.board_id
)

select * from final
