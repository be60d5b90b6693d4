{# The repositories that an issue was in, in the order of its timeline: each transfer names the one
   that it left. #}
with transfers as (
    select
        events.issue_id as issue_id,
        events.event_order as event_order,
        events.subject_id as from_repository_id,
        {{ lag('events.event_order') }} over (
            partition by events.issue_id order by events.event_order
        ) as previous_order
    from {{ ref('stg_github__issue_events') }} as events
    where events.kind = 'TransferredEvent' and events.subject_id is not null
),

last_transfers as (
    select
        issue_id,
        max(event_order) as event_order
    from transfers
    group by 1
),

final as (
    select
        issue_id,
        coalesce(previous_order, 0) as entered_order,
        event_order as left_order,
        from_repository_id as repository_id
    from transfers
    union all
    select
        issues.issue_id as issue_id,
        coalesce(last_transfers.event_order, 0) as entered_order,
        cast(null as {{ type_bigint() }}) as left_order,
        issues.repository_id as repository_id
    from {{ ref('stg_github__issue_members') }} as issues
    left join last_transfers on issues.issue_id = last_transfers.issue_id
    where issues.repository_id is not null
)

select * from final
