{# A board shows issues of its own projects only: a move to another project takes an issue out of a
   sprint, or back into it, and YouTrack writes no activity of that. #}
with projects as (
    select
        issue_id,
        event_id,
        project_id,
        {{ lag('project_id') }} over (partition by issue_id order by stay, event_id)
            as from_project_id
    from {{ ref('stg_youtrack__project_stays') }}
),

moves as (
    select
        activities.issue_id as issue_id,
        activities.event_id as event_id,
        activities.event_order as event_order,
        activities.edit_id as edit_id,
        activities.changed_at as changed_at,
        activities.actor_id as actor_id,
        projects.from_project_id as from_project_id,
        projects.project_id as project_id
    from projects
    inner join {{ ref('stg_youtrack__activities') }} as activities
        on projects.event_id = activities.event_id
),

sprint_changes as (
    select
        issue_id,
        event_order,
        coalesce(new_value, old_value) as sprint_id,
        new_value is not null as is_arrival
    from {{ ref('stg_youtrack__list_changes') }}
    where field = 'project' and substring(coalesce(new_value, old_value), 1, 7) = 'sprint:'
),

-- The last change before a move says whether an issue is in a sprint, else the first one after it.
ranked as (
    select
        moves.issue_id as issue_id,
        moves.event_id as event_id,
        moves.event_order as event_order,
        moves.edit_id as edit_id,
        moves.changed_at as changed_at,
        moves.actor_id as actor_id,
        moves.from_project_id as from_project_id,
        moves.project_id as project_id,
        sprint_changes.sprint_id as sprint_id,
        sprint_changes.is_arrival = (sprint_changes.event_order < moves.event_order) as is_member,
        row_number() over (
            partition by moves.event_id, sprint_changes.sprint_id
            order by
                case when sprint_changes.event_order < moves.event_order then 0 else 1 end,
                abs(sprint_changes.event_order - moves.event_order),
                sprint_changes.event_order
        ) as choice
    from moves
    inner join sprint_changes on moves.issue_id = sprint_changes.issue_id
),

shown as (
    select
        ranked.issue_id as issue_id,
        ranked.event_id as event_id,
        ranked.event_order as event_order,
        ranked.edit_id as edit_id,
        ranked.changed_at as changed_at,
        ranked.actor_id as actor_id,
        ranked.sprint_id as sprint_id,
        shown_before.sprint_id is not null as was_shown,
        shown_after.sprint_id is not null as is_shown
    from ranked
    left join {{ ref('stg_youtrack__sprint_projects') }} as shown_before
        on
            ranked.sprint_id = shown_before.sprint_id
            and ranked.from_project_id = shown_before.project_id
    left join {{ ref('stg_youtrack__sprint_projects') }} as shown_after
        on
            ranked.sprint_id = shown_after.sprint_id
            and ranked.project_id = shown_after.project_id
    where ranked.choice = 1 and ranked.is_member
),

final as (
    select
        event_id || case when is_shown then ':+' else ':-' end || sprint_id as change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        'project' as field,
        case when was_shown then sprint_id end as old_value,
        case when is_shown then sprint_id end as new_value
    from shown
    where was_shown <> is_shown
)

select * from final
