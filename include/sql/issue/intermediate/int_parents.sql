{# What issues are sub-tasks of now: of several parents the one that was added last. #}
{% from "templates/parents.sql" import current_parents %}
with changes as (
    select
        changes.issue_id as issue_id,
        changes.change_id as change_id,
        changes.changed_at as changed_at,
        coalesce(change_order.event_order, changes.event_order) as event_order,
        changes.field as field,
        changes.old_value as old_value,
        changes.new_value as new_value
    from {{ staged('issue_changes') }} as changes
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
),

{{ current_parents('changes', ['issue_id'], 'change_id') }},

ranked as (
    select
        issue_id,
        parent_id,
        row_number() over (
            partition by issue_id
            order by changed_at desc, event_order desc, parent_id asc
        ) as choice
    from parents
),

final as (
    select
        issue_id,
        {{ surrogate_key(setting('instance'), ['parent_id']) }} as parent_key
    from ranked
    where choice = 1
)

select * from final
