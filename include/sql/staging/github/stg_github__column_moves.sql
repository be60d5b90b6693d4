{# Moves between the options of the boards' Status. An item has none when it is added. #}
with moves as (
    select
        events.issue_id as issue_id,
        events.event_id as event_id,
        events.event_order as event_order,
        events.happened_at as changed_at,
        events.actor_id as actor_id,
        events.subject_id as board_id,
        'board:' || events.subject_id || ':'
        || coalesce(old_options.option_id, events.old_value, '') as old_value,
        'board:' || events.subject_id || ':'
        || coalesce(new_options.option_id, events.new_value, '') as new_value
    from {{ ref('stg_github__issue_events') }} as events
    {% for side in ['old', 'new'] -%}
    left join {{ ref('stg_github__board_options') }} as {{ side }}_options
        on
            events.subject_id = {{ side }}_options.board_id
            and events.{{ side }}_value = {{ side }}_options.name
    {% endfor -%}
    where
        events.kind = 'ProjectV2ItemStatusChangedEvent'
        and events.subject_id is not null
        and events.happened_at is not null
),

final as (
    select
        event_id || ':column' as change_id,
        issue_id,
        event_id,
        event_order,
        coalesce(actor_id, '') || ':' || cast(
            {{ seconds_between(epoch_to_timestamp('0'), 'changed_at') }} as {{ type_text() }}
        ) as edit_id,
        changed_at,
        actor_id,
        'column' as field,
        old_value,
        new_value,
        'board:' || board_id as board_id
    from moves
    where old_value <> new_value
)

select * from final
