{# When a field had one of the configured values, and when a link named a blocker: from the change
   that gives it to the one that takes it away. Told twice, it has not ended in between. #}
with sides as (
    select
        change_id,
        issue_id,
        changed_at,
        event_order,
        field,
        old_value as field_value,
        0 as is_beginning
    from {{ staged('issue_changes') }}
    where old_value is not null
    union all
    select
        change_id,
        issue_id,
        changed_at,
        event_order,
        field,
        new_value as field_value,
        1 as is_beginning
    from {{ staged('issue_changes') }}
    where new_value is not null
),

saying as (
    select
        sides.change_id as change_id,
        sides.issue_id as issue_id,
        sides.changed_at as changed_at,
        sides.event_order as event_order,
        sides.field as field,
        sides.field_value as field_value,
        sides.is_beginning as is_beginning,
        cast(null as {{ type_text() }}) as blocker_key
    from sides
    inner join {{ settings_table('blocked') }} as blocked
        on sides.field = blocked.field and sides.field_value = blocked.value
    union all
    select
        sides.change_id as change_id,
        sides.issue_id as issue_id,
        sides.changed_at as changed_at,
        sides.event_order as event_order,
        sides.field as field,
        sides.field_value as field_value,
        sides.is_beginning as is_beginning,
        {{ surrogate_key(setting('instance'), ['sides.field_value']) }} as blocker_key
    from sides
    inner join {{ settings_table('blocked_by') }} as links on sides.field = links.field
),

events as (
    select
        saying.issue_id as issue_id,
        saying.blocker_key as blocker_key,
        saying.field as field,
        saying.field_value as field_value,
        greatest(saying.changed_at, issues.created_at) as happened_at,
        coalesce(change_order.event_order, saying.event_order) as event_order,
        saying.change_id as change_id,
        saying.is_beginning as is_beginning,
        issues.created_at as created_at
    from saying
    inner join {{ staged('issues') }} as issues on saying.issue_id = issues.issue_id
    left join {{ ref('int_change_order') }} as change_order
        on saying.change_id = change_order.change_id
),

followed as (
    select
        *,
        {{ lead('happened_at') }} over history as next_at,
        {{ lag('is_beginning') }} over history as was_beginning
    from events
    window history as (
        partition by issue_id, blocker_key, field, field_value
        order by happened_at, event_order, is_beginning, change_id
    )
),

-- An end without a beginning: it was so from the creation on.
final as (
    select
        issue_id,
        blocker_key,
        field,
        field_value,
        happened_at as begins_at,
        next_at as ends_at
    from followed
    where is_beginning = 1
    union all
    select
        issue_id,
        blocker_key,
        field,
        field_value,
        created_at as begins_at,
        happened_at as ends_at
    from followed
    where is_beginning = 0 and was_beginning is null
)

select * from final
