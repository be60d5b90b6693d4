{# An issue's current sprint is the one that starts last. A sprint of a board that shows several
   projects belongs to none of them. #}
with only_projects as (
    select
        board_id,
        case when count(*) = 1 then min(project_id) end as project_id
    from {{ ref('stg_youtrack__board_projects') }}
    group by 1
),

final as (
    select
        sprints.sprint_id as sprint_id,
        sprints.name as name,
        cast(null as {{ type_text() }}) as slug,
        only_projects.project_id as project_id,
        sprints.position_on_board as sprint_number,
        sprints.start_ms as sprint_rank,
        case when sprints.is_archived then 'archived' else 'active' end as status,
        cast(null as {{ type_timestamp() }}) as created_at,
        sprints.starts_at as starts_at,
        sprints.ends_at as ends_at
    from {{ ref('stg_youtrack__board_sprints') }} as sprints
    left join only_projects on sprints.board_id = only_projects.board_id
)

select * from final
