{# Each transfer: the repository that an issue left, and the one that it came to. The last one came
   to where it is, or to another id by now, where the chain goes on. #}
with moves as (
    select
        issue_id,
        left_order as event_order,
        repository_id as from_project_id
    from {{ staged('repository_stays') }}
    where left_order is not null
),

arrivals as (
    select
        issue_id,
        entered_order as event_order,
        repository_id as to_project_id
    from {{ staged('repository_stays') }}
    where entered_order > 0
),

told as (
    select
        moves.issue_id as issue_id,
        moves.event_order as event_order,
        moves.from_project_id as from_project_id,
        arrivals.to_project_id as to_project_id,
        events.event_id as event_id,
        events.happened_at as happened_at,
        events.actor_id as actor_id,
        cast(null as {{ type_text() }}) as moved_to_id
    from moves
    inner join arrivals
        on moves.issue_id = arrivals.issue_id and moves.event_order = arrivals.event_order
    inner join {{ staged('issue_events') }} as events
        on moves.issue_id = events.issue_id and moves.event_order = events.event_order
    union all
    select
        issue_id,
        cast(null as {{ type_bigint() }}) as event_order,
        repository_id as from_project_id,
        cast(null as {{ type_text() }}) as to_project_id,
        'moved' as event_id,
        cast(null as {{ type_timestamp() }}) as happened_at,
        cast(null as {{ type_text() }}) as actor_id,
        moved_to_id
    from {{ staged('issues') }}
    where status_id = 'transferred'
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['told.issue_id', 'told.event_id']) }}
            as transfer_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
        told.event_order as event_order,
        told.happened_at as transferred_at,
        {{ surrogate_key(setting('instance'), ['told.from_project_id']) }} as from_project_key,
        {{ surrogate_key(setting('instance'), ['told.to_project_id']) }} as to_project_key,
        {{ surrogate_key(setting('instance'), ['told.actor_id']) }} as actor_key,
        told.moved_to_id as moved_to_id,
        {{ surrogate_key(setting('instance'), ['told.moved_to_id']) }} as moved_to_key
    from told
    inner join {{ ref('int_issue_filters') }} as filters on told.issue_id = filters.issue_id
)

select * from final
