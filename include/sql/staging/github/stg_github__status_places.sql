{# What makes an open issue's status besides being open: labels that are statuses, and the Status of
   the board that is. A place is come to and left, in the order of the timeline. #}
with labels as (
    select value as name from {{ settings_table('option') }}
    where name = 'status_labels'
),

labelled as (
    select
        events.issue_id as issue_id,
        events.event_order as event_order,
        'label:' || coalesce(events.new_value, events.old_value) as place,
        events.kind = 'LabeledEvent' as is_arrival
    from {{ ref('stg_github__issue_events') }} as events
    inner join labels on coalesce(events.new_value, events.old_value) = labels.name
    where events.kind in ('LabeledEvent', 'UnlabeledEvent')
    union all
    select
        lost.issue_id as issue_id,
        lost.event_order as event_order,
        'label:' || lost.label as place,
        false as is_arrival
    from {{ ref('stg_github__lost_labels') }} as lost
    inner join labels on lost.label = labels.name
),

moved as (
    {% for side in ['old_value', 'new_value'] %}
    select
        events.issue_id as issue_id,
        events.event_order as event_order,
        'board:' || coalesce(options.option_id, events.{{ side }}) as place,
        {{ 'true' if side == 'new_value' else 'false' }} as is_arrival
    from {{ ref('stg_github__issue_events') }} as events
    inner join {{ ref('stg_github__status_board') }} as board
        on events.subject_id = board.board_id
    left join {{ ref('stg_github__board_options') }} as options
        on events.subject_id = options.board_id and events.{{ side }} = options.name
    where
        events.kind = 'ProjectV2ItemStatusChangedEvent'
        and coalesce(events.{{ side }}, '') <> ''
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

told as (
    select * from labelled
    union all
    select * from moved
    union all
    select distinct
        removals.issue_id as issue_id,
        removals.event_order as event_order,
        moved.place as place,
        false as is_arrival
    from {{ ref('stg_github__issue_events') }} as removals
    inner join {{ ref('stg_github__status_board') }} as board
        on removals.subject_id = board.board_id
    inner join moved on removals.issue_id = moved.issue_id
    where
        removals.kind = 'RemovedFromProjectV2Event'
        and moved.is_arrival
        and moved.event_order < removals.event_order
),

mentioned as (
    select
        issue_id,
        place
    from told
    union distinct
    select
        issue_id,
        place
    from {{ ref('stg_github__current_places') }}
),

events as (
    select
        issue_id,
        cast(0 as {{ type_bigint() }}) as event_order,
        place,
        cast(null as {{ type_boolean() }}) as is_arrival
    from mentioned
    union all
    select
        issue_id,
        event_order,
        place,
        is_arrival
    from told
),

followed as (
    select
        *,
        {{ lead('event_order') }} over history as left_order,
        {{ lead('is_arrival') }} over history as next_is_arrival,
        count(*) over (partition by issue_id, place) as known_events
    from events
    window history as (
        partition by issue_id, place
        order by event_order, case when is_arrival then 0 else 1 end, place
    )
),

-- A label without an event has been there since the creation, as what an import wrote.
final as (
    select
        issue_id,
        place,
        event_order as entered_order,
        left_order
    from followed
    where
        coalesce(is_arrival, not coalesce(next_is_arrival, false))
        and not (known_events = 1 and place like 'board:%')
)

select * from final
