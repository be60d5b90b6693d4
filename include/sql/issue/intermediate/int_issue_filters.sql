{# The filters of every mart. The main project is the one with the lowest number among the
   issue's current projects, sprints replaced by their projects; the sprint is the one with the
   highest rank. #}
with memberships as (
    select
        issue_projects.issue_id as issue_id,
        case
            when sprints.sprint_id is not null then sprints.project_id
            else issue_projects.project_id
        end as main_project_id,
        sprints.sprint_id as sprint_id,
        sprints.sprint_rank as sprint_rank,
        sprints.name as sprint
    from {{ staged('issue_projects') }} as issue_projects
    left join {{ ref('int_sprints') }} as sprints on issue_projects.project_id = sprints.sprint_id
),

main_projects as (
    select
        memberships.issue_id as issue_id,
        memberships.main_project_id as project_id,
        coalesce(projects.team, memberships.main_project_id) as team,
        row_number() over (
            partition by memberships.issue_id
            order by
                case when projects.project_number is null then 1 else 0 end,
                projects.project_number,
                memberships.main_project_id
        ) as choice
    from memberships
    left join {{ ref('int_projects') }} as projects
        on memberships.main_project_id = projects.project_id
    where memberships.main_project_id is not null
),

sprints as (
    select
        issue_id,
        sprint,
        row_number() over (
            partition by issue_id
            order by coalesce(sprint_rank, 0) desc, length(sprint_id) desc, sprint_id desc
        ) as choice
    from memberships
    where sprint_id is not null
),

final as (
    select
        issues.issue_id as issue_id,
        {{ surrogate_key(setting('instance'), ['issues.issue_id']) }} as issue_key,
        {{ surrogate_key(setting('instance'), ['main_projects.project_id']) }} as project_key,
        coalesce(main_projects.team, '(no project)') as team,
        issues.issue_type as issue_type,
        sprints.sprint as sprint,
        case
            when flow.is_done
                then {{ quarter_of('flow.last_done_at', setting('reporting_timezone')) }}
        end as quarter
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_issue_flow') }} as flow on issues.issue_id = flow.issue_id
    left join main_projects
        on issues.issue_id = main_projects.issue_id and main_projects.choice = 1
    left join sprints on issues.issue_id = sprints.issue_id and sprints.choice = 1
)

select * from final
