with final as (
    select
        issue_id,
        repository_id as project_id
    from {{ ref('stg_github__issue_members') }}
    where repository_id is not null
    union distinct
    select
        issues.issue_id as issue_id,
        sprints.sprint_id as project_id
    from {{ ref('stg_github__issue_members') }} as issues
    inner join {{ ref('stg_github__sprints') }} as sprints
        on 'milestone:' || issues.milestone_id = sprints.sprint_id
    union distinct
    select
        issue_id,
        board_id as project_id
    from {{ ref('stg_github__issue_columns') }}
)

select * from final
