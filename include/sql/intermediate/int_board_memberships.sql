{# When an issue came to a project and when it left. A project that the issue leaves or has without
   ever having come to it was there from the beginning. #}
with project_changes as (
    select
        issue_id,
        coalesce(new_value, old_value) as project_id,
        changed_at,
        edit_order,
        event_order,
        actor_id,
        cast(case when new_value is null then -1 else 1 end as {{ type_bigint() }}) as direction,
        lag(case when new_value is null then -1 else 1 end) over (
            partition by issue_id, coalesce(new_value, old_value)
            order by changed_at, event_order, case when new_value is null then 0 else 1 end
        ) as previous_direction
    from {{ staged('issue_changes') }}
    where field = 'project'
),

changed_projects as (
    select distinct
        issue_id,
        project_id
    from project_changes
),

present_from_the_beginning as (
    select
        issue_id,
        project_id
    from project_changes
    where direction = -1 and previous_direction is null
    union
    select
        issue_projects.issue_id,
        issue_projects.project_id
    from {{ staged('issue_projects') }} as issue_projects
    left join changed_projects
        on
            issue_projects.issue_id = changed_projects.issue_id
            and issue_projects.project_id = changed_projects.project_id
    where changed_projects.project_id is null
),

final as (
    select
        issues.issue_id,
        present_from_the_beginning.project_id,
        issues.created_at as changed_at,
        cast(0 as {{ type_bigint() }}) as edit_order,
        cast(0 as {{ type_bigint() }}) as event_order,
        issues.author_id as actor_id,
        cast(1 as {{ type_bigint() }}) as direction
    from present_from_the_beginning
    inner join {{ staged('issues') }} as issues
        on present_from_the_beginning.issue_id = issues.issue_id
    union all
    select
        issue_id,
        project_id,
        changed_at,
        edit_order,
        event_order,
        actor_id,
        direction
    from project_changes
    where previous_direction is null or previous_direction <> direction
)

select * from final
