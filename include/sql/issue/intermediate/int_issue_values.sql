{# What the fields of an issue said when: by its history, and as today where that has no change. #}
{% set fields = {
    'issue_type': 'issue_type', 'priority': 'priority', 'assignee': 'assignee_id',
    'resolution': 'resolution', 'estimate': double_to_text('estimate'),
} %}
with today as (
    {% for field, value in fields.items() %}
    select
        issue_id,
        created_at,
        '{{ field }}' as field,
        {{ value }} as current_value
    from {{ staged('issues') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

events as (
    select
        issue_id,
        field,
        0 as step,
        created_at as happened_at,
        cast(0 as {{ type_bigint() }}) as event_order,
        '' as change_id,
        cast(null as {{ type_text() }}) as old_value,
        current_value as new_value
    from today
    union all
    select
        changes.issue_id as issue_id,
        changes.field as field,
        1 as step,
        greatest(changes.changed_at, issues.created_at) as happened_at,
        coalesce(change_order.event_order, changes.event_order) as event_order,
        changes.change_id as change_id,
        changes.old_value as old_value,
        changes.new_value as new_value
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
    where changes.field in ('issue_type', 'priority', 'assignee', 'resolution', 'estimate')
),

followed as (
    select
        issue_id,
        field,
        step,
        happened_at,
        new_value,
        {{ lead('happened_at') }} over history as next_at,
        {{ lead('old_value') }} over history as next_old_value
    from events
    window history as (
        partition by issue_id, field
        -- What goes is followed by what comes: a field may have held several values once.
        order by
            step,
            happened_at,
            event_order,
            case when new_value is null then 0 else 1 end,
            change_id
    )
),

final as (
    select
        issue_id,
        field,
        case when step = 0 and next_at is not null then next_old_value else new_value end as value,
        happened_at as begins_at,
        next_at as ends_at
    from followed
    where next_at is null or happened_at < next_at
)

select * from final
