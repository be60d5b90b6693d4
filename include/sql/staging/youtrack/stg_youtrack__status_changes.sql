{# A move into another project changes the status too: to one of that project's own, often without
   an activity that says so. The state field may even be another one, and be filled from nothing. #}
with moves as (
    select
        activities.issue_id as issue_id,
        activities.event_id as event_id,
        activities.event_order as event_order,
        activities.edit_id as edit_id,
        activities.changed_at as changed_at,
        activities.actor_id as actor_id,
        activities.stay as stay
    from {{ ref('stg_youtrack__project_stays') }} as stays
    inner join {{ ref('stg_youtrack__activities') }} as activities
        on stays.event_id = activities.event_id
),

changes as (
    select
        changes.event_id as event_id,
        changes.issue_id as issue_id,
        changes.event_order as event_order,
        changes.edit_id as edit_id,
        changes.changed_at as changed_at,
        changes.actor_id as actor_id,
        changes.old_value as old_value,
        changes.new_value as new_value,
        case when changes.changed_at = moves.changed_at then moves.event_order end as move_order,
        {{ lag('changes.new_value') }}
            over (partition by changes.issue_id order by changes.event_order)
            as previous_value,
        changes.stay - 1 = {{ lag('changes.stay') }} over (
            partition by changes.issue_id order by changes.event_order
        ) as is_first_of_stay
    from {{ ref('stg_youtrack__field_changes') }} as changes
    left join moves on changes.issue_id = moves.issue_id and changes.stay = moves.stay
    where changes.field = 'status'
),

connected as (
    select
        event_id as change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        case
            when move_order is not null and (is_first_of_stay or old_value = 'none')
                then coalesce(previous_value, old_value)
            else old_value
        end as old_value,
        new_value,
        least(event_order, coalesce(move_order, event_order)) as place
    from changes
),

-- What is known about the status of moved issues, in order, and the moves in between. A change of
-- the same edit comes before its move: it starts from the status that the issue had until then.
known as (
    select
        issue_id,
        place,
        0 as phase,
        event_order,
        cast(null as {{ type_text() }}) as move_id,
        old_value as status_before,
        new_value as status_after
    from connected
    where issue_id in (select issue_id from moves)
    union all
    select
        issue_id,
        event_order as place,
        1 as phase,
        event_order,
        event_id as move_id,
        cast(null as {{ type_text() }}) as status_before,
        cast(null as {{ type_text() }}) as status_after
    from moves
    union all
    select
        issue_id,
        cast(null as {{ type_bigint() }}) as place,
        2 as phase,
        cast(null as {{ type_bigint() }}) as event_order,
        cast(null as {{ type_text() }}) as move_id,
        status_id as status_before,
        status_id as status_after
    from {{ ref('stg_youtrack__issues') }}
    where issue_id in (select issue_id from moves)
),

ordered as (
    select
        *,
        row_number() over (
            partition by issue_id
            order by case when phase = 2 then 1 else 0 end, place, phase, event_order
        ) as position
    from known
),

followed as (
    select
        *,
        {{ lead('move_id') }} over (partition by issue_id order by position) as next_move_id
    from ordered
),

-- Nothing tells the status between two moves: the last one counts.
enclosed as (
    select
        move_id,
        {{ lag('status_after') }} over (partition by issue_id order by position) as old_value,
        {{ lead('status_before') }} over (partition by issue_id order by position) as new_value
    from followed
    where move_id is null or next_move_id is null
),

final as (
    select
        change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        old_value,
        new_value
    from connected
    where old_value <> new_value
    union all
    select
        moves.event_id || ':status' as change_id,
        moves.issue_id as issue_id,
        moves.event_id as event_id,
        moves.event_order as event_order,
        moves.edit_id as edit_id,
        moves.changed_at as changed_at,
        moves.actor_id as actor_id,
        enclosed.old_value as old_value,
        enclosed.new_value as new_value
    from enclosed
    inner join moves on enclosed.move_id = moves.event_id
    where enclosed.old_value <> enclosed.new_value
)

select * from final
