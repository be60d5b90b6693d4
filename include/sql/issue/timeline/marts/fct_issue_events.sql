with final as (
    select
        {{ surrogate_key(setting('instance'), ['events.issue_id', 'events.event_id']) }}
            as event_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key as project_key,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
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
    from {{ staged('issue_events') }} as events
    inner join {{ ref('int_issue_filters') }} as filters on events.issue_id = filters.issue_id
)

select * from final
