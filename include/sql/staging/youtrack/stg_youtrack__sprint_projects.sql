{# A board takes issues of its own projects only, and so do its sprints. #}
with final as (
    select
        sprints.sprint_id as sprint_id,
        board_projects.project_id as project_id
    from {{ ref('stg_youtrack__board_sprints') }} as sprints
    inner join {{ ref('stg_youtrack__board_projects') }} as board_projects
        on sprints.board_id = board_projects.board_id
)

select * from final
