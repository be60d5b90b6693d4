with ordered as (
    select
        events.event_id as event_id,
        events.issue_id as issue_id,
        coalesce(event_order.event_order, events.event_order) as event_order,
        events.edit_id as edit_id,
        events.changed_at as changed_at,
        events.actor_id as actor_id,
        events.category as category,
        events.field_id as field_id,
        events.field_name as field_name,
        events.field_type as field_type,
        events.added as added,
        events.removed as removed
    from {{ ref('stg_youtrack__events') }} as events
    left join {{ ref('stg_youtrack__event_order') }} as event_order
        on events.event_id = event_order.change_id
),

final as (
    select
        *,
        -- Moves up to this instant: what an edit does besides moving belongs to the new project.
        cast(sum(case when category = 'ProjectCategory' then 1 else 0 end) over (
            partition by issue_id order by changed_at
        ) as {{ type_bigint() }}) as stay
    from ordered
)

select * from final
