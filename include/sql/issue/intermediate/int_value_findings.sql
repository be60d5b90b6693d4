{# Histories of fields whose changes do not follow each other, or that lead to another value than
   the issue has today. Those of the status are in int_history_findings. #}
with changes as (
    select
        changes.issue_id as issue_id,
        changes.field as field,
        changes.event_id as event_id,
        changes.old_value as old_value,
        changes.new_value as new_value,
        row_number() over in_order as position,
        {{ lag('changes.new_value') }} over in_order as previous_value
    from {{ staged('issue_changes') }} as changes
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
    where changes.field in ('issue_type', 'priority', 'assignee', 'resolution', 'estimate')
    window in_order as (
        partition by changes.issue_id, changes.field
        order by
            changes.changed_at,
            coalesce(change_order.event_order, changes.event_order),
            changes.change_id
    )
),

broken as (
    select
        issue_id,
        field,
        count(*) as breaks,
        min(event_id) as first_event_id
    from changes
    where position > 1 and coalesce(old_value, '') <> coalesce(previous_value, '')
    group by 1, 2
),

today as (
    select
        field_values.issue_id as issue_id,
        field_values.field as field,
        field_values.value as led_to,
        case field_values.field
            when 'issue_type' then issues.issue_type
            when 'priority' then issues.priority
            when 'assignee' then issues.assignee_id
            when 'resolution' then issues.resolution
            else {{ double_to_text('issues.estimate') }}
        end as current_value
    from {{ ref('int_issue_values') }} as field_values
    inner join {{ staged('issues') }} as issues on field_values.issue_id = issues.issue_id
    where field_values.ends_at is null
),

final as (
    select
        issue_id,
        'field_chain_broken' as rule,
        field as subject_id,
        cast(breaks as {{ type_text() }}) || ' changes of ' || field
        || ' leave another value than the change before led to, such as that of ' || first_event_id
            as detail
    from broken
    union all
    select
        issue_id,
        'field_disagrees_with_history' as rule,
        field as subject_id,
        field || ' is ' || coalesce(current_value, 'empty') || ', its history leads to '
        || coalesce(led_to, 'nothing') as detail
    from today
    where
        coalesce(led_to, '') <> coalesce(current_value, '')
        and (
            field <> 'estimate'
            or coalesce({{ text_to_double('led_to') }}, -1)
            <> coalesce({{ text_to_double('current_value') }}, -1)
        )
)

select * from final
