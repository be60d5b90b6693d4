{# An issue shows its project; its sprints are those that it came to and did not leave. A board has
   issues of its own projects only, so a move may end a sprint without a word. #}
with projects_now as (
    select
        record_id as issue_id,
        'project:' || {{ json_text('payload', ['project', 'id']) }} as project_id
    from {{ raw('issues') }}
),

ranked as (
    select
        issue_id,
        coalesce(new_value, old_value) as sprint_id,
        new_value is not null as is_member,
        row_number() over (
            partition by issue_id, coalesce(new_value, old_value) order by event_order desc
        ) as choice
    from {{ ref('stg_youtrack__list_changes') }}
    where field = 'project' and substring(coalesce(new_value, old_value), 1, 7) = 'sprint:'
),

sprints_now as (
    select
        projects_now.issue_id as issue_id,
        sprint_projects.sprint_id as project_id
    from ranked
    inner join projects_now on ranked.issue_id = projects_now.issue_id
    inner join {{ ref('stg_youtrack__sprint_projects') }} as sprint_projects
        on
            ranked.sprint_id = sprint_projects.sprint_id
            and projects_now.project_id = sprint_projects.project_id
    where ranked.choice = 1 and ranked.is_member
),

final as (
    select * from projects_now
    union all
    select * from sprints_now
)

select * from final
