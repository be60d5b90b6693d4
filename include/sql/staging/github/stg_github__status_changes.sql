{# The status after each event that may change it: closed as something, else the place that the
   issue came to last, else open. #}
with steps as (
    select
        issue_id,
        event_order,
        closure
    from {{ ref('stg_github__closures') }}
    union distinct
    select
        issue_id,
        entered_order as event_order,
        cast(null as {{ type_text() }}) as closure
    from {{ ref('stg_github__status_places') }}
    union distinct
    select
        issue_id,
        left_order as event_order,
        cast(null as {{ type_text() }}) as closure
    from {{ ref('stg_github__status_places') }}
    where left_order is not null
    union distinct
    select
        issue_id,
        cast(0 as {{ type_bigint() }}) as event_order,
        cast(null as {{ type_text() }}) as closure
    from {{ ref('stg_github__issue_members') }}
),

merged as (
    select
        issue_id,
        event_order,
        max(closure) as closure
    from steps
    group by 1, 2
),

lives as (
    select
        *,
        count(closure) over (
            partition by issue_id order by event_order
            rows between unbounded preceding and current row
        ) as closures
    from merged
),

closed as (
    select
        issue_id,
        event_order,
        max(closure) over (partition by issue_id, closures) as closure
    from lives
),

-- Of several places the one that it came to last.
placed as (
    select
        closed.issue_id as issue_id,
        closed.event_order as event_order,
        places.place as place,
        row_number() over (
            partition by closed.issue_id, closed.event_order
            order by places.entered_order desc, places.place asc
        ) as choice
    from closed
    inner join {{ ref('stg_github__status_places') }} as places
        on closed.issue_id = places.issue_id
    where
        places.entered_order <= closed.event_order
        and coalesce(places.left_order, closed.event_order + 1) > closed.event_order
),

states as (
    select
        closed.issue_id as issue_id,
        closed.event_order as event_order,
        case
            when closed.closure like 'closed:%' then closed.closure
            else coalesce(placed.place, 'open')
        end as status_id
    from closed
    left join placed
        on
            closed.issue_id = placed.issue_id
            and closed.event_order = placed.event_order
            and placed.choice = 1
),

followed as (
    select
        *,
        {{ lag('status_id') }} over (partition by issue_id order by event_order) as old_status_id
    from states
),

final as (
    select
        followed.issue_id as issue_id,
        events.event_id as event_id,
        followed.event_order as event_order,
        events.happened_at as changed_at,
        events.actor_id as actor_id,
        followed.old_status_id as old_value,
        followed.status_id as new_value
    from followed
    inner join {{ ref('stg_github__issue_events') }} as events
        on followed.issue_id = events.issue_id and followed.event_order = events.event_order
    where followed.old_status_id <> followed.status_id and events.happened_at is not null
)

select * from final
