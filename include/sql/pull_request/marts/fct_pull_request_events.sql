with final as (
    select
        {{ surrogate_key(setting('instance'), ['events.pull_request_id', 'events.event_id']) }}
            as event_key,
        placed.pull_request_key as pull_request_key,
        {{ setting('instance') }} as instance,
        placed.team as team,
        events.event_id as event_id,
        events.event_order as event_order,
        events.kind as kind,
        events.is_known_kind as is_known_kind,
        events.happened_at as happened_at,
        {{ surrogate_key(setting('instance'), ['events.actor_id']) }} as actor_key,
        events.actor_login as actor_login,
        events.subject_id as subject_id,
        events.subject_kind as subject_kind,
        events.old_value as old_value,
        events.new_value as new_value,
        events.state as state,
        events.commit_oid as commit_oid
    from {{ staged('pull_request_events') }} as events
    inner join {{ ref('int_pull_requests') }} as placed
        on events.pull_request_id = placed.pull_request_id
)

select * from final
