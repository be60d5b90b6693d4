{# What issues are sub-tasks of now: of several parents the one that was added last. v_child_issues
   has the same rule, and all of them. #}
with sides as (
    select
        change_id,
        issue_id,
        changed_at,
        event_order,
        old_value as parent_id,
        0 as is_there
    from {{ staged('issue_changes') }}
    where field in ('parent', 'subtask:inward', 'link:subtask of') and old_value is not null
    union all
    select
        change_id,
        issue_id,
        changed_at,
        event_order,
        new_value as parent_id,
        1 as is_there
    from {{ staged('issue_changes') }}
    where field in ('parent', 'subtask:inward', 'link:subtask of') and new_value is not null
),

events as (
    select
        sides.issue_id as issue_id,
        sides.parent_id as parent_id,
        sides.changed_at as changed_at,
        coalesce(change_order.event_order, sides.event_order) as event_order,
        sides.is_there as is_there,
        sides.change_id as change_id
    from sides
    left join {{ ref('int_change_order') }} as change_order
        on sides.change_id = change_order.change_id
),

latest as (
    select
        *,
        row_number() over (
            partition by issue_id, parent_id
            order by changed_at desc, event_order desc, is_there desc, change_id desc
        ) as choice
    from events
),

present as (
    select
        issue_id,
        parent_id,
        row_number() over (
            partition by issue_id
            order by changed_at desc, event_order desc, parent_id asc
        ) as choice
    from latest
    where choice = 1 and is_there = 1
),

final as (
    select
        issue_id,
        {{ surrogate_key(setting('instance'), ['parent_id']) }} as parent_key
    from present
    where choice = 1
)

select * from final
