with final as (
    select
        {{ surrogate_key(setting('instance'), ['changes.change_id']) }} as change_key,
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.team,
        filters.issue_type,
        filters.sprint,
        filters.quarter,
        changes.changed_at,
        changes.event_id,
        coalesce(change_order.event_order, changes.event_order) as event_order,
        changes.field,
        changes.old_value,
        changes.new_value,
        {{ surrogate_key(setting('instance'), ['changes.actor_id']) }} as actor_key
    from {{ staged('issue_changes') }} as changes
    inner join {{ ref('int_issue_filters') }} as filters on changes.issue_id = filters.issue_id
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
)

select * from final
