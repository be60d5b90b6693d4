{# When an issue was added to a project and when it left. A project that it leaves or has without
   ever having come to it was there from the beginning. #}
with project_changes as (
    select
        issue_id,
        coalesce(new_value, old_value) as project_id,
        changed_at,
        edit_id,
        event_order,
        actor_id,
        cast(case when new_value is null then -1 else 1 end as {{ type_bigint() }}) as direction,
        row_number() over (
            partition by issue_id, coalesce(new_value, old_value)
            order by changed_at, event_order
        ) as position
    from {{ staged('issue_changes') }}
    where field = 'project'
),

compared as (
    select
        *,
        {{ lag('direction') }} over (partition by issue_id, project_id order by position)
            as previous_direction
    from project_changes
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
    where direction = -1 and position = 1
    union distinct
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
        issues.issue_id as issue_id,
        present_from_the_beginning.project_id,
        issues.created_at as changed_at,
        '' as edit_id,
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
        edit_id,
        event_order,
        actor_id,
        direction
    from compared
    where position = 1 or previous_direction <> direction
)

select * from final
