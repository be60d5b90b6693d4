{# An entry where the issue began, and one per change of status, repeats included. What changed
   before the issue was created counts from its creation. #}
with events as (
    select
        issue_id,
        0 as step,
        cast(null as {{ type_text() }}) as change_id,
        cast(null as {{ type_text() }}) as event_id,
        created_at as entered_at,
        cast(0 as {{ type_bigint() }}) as seconds_before_creation,
        cast(0 as {{ type_bigint() }}) as event_order,
        author_id as actor_id,
        cast(null as {{ type_text() }}) as old_value,
        cast(null as {{ type_text() }}) as new_value,
        status_id
    from {{ staged('issues') }}
    union all
    select
        changes.issue_id as issue_id,
        1 as step,
        changes.change_id as change_id,
        changes.event_id as event_id,
        greatest(changes.changed_at, issues.created_at) as entered_at,
        {{ seconds_between('changes.changed_at', 'issues.created_at') }}
            as seconds_before_creation,
        coalesce(change_order.event_order, changes.event_order) as event_order,
        changes.actor_id as actor_id,
        changes.old_value as old_value,
        changes.new_value as new_value,
        cast(null as {{ type_text() }}) as status_id
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
    where changes.field = 'status' and changes.new_value is not null
),

ordered as (
    select
        *,
        cast(row_number() over in_order as {{ type_bigint() }}) - 1 as position,
        {{ lag('new_value') }} over in_order as previous_value,
        {{ lead('coalesce(old_value, new_value)') }} over in_order as next_value
    from events
    window in_order as (
        partition by issue_id order by step, entered_at, event_order, change_id
    )
),

final as (
    select
        issue_id,
        position,
        event_id,
        case position when 0 then coalesce(next_value, status_id) else new_value end as status_id,
        old_value as left_status_id,
        case position
            when 0 then null
            when 1 then coalesce(old_value, new_value)
            else previous_value
        end as previous_status_id,
        entered_at,
        seconds_before_creation,
        actor_id as entered_by_id
    from ordered
)

select * from final
