with final as (
    select
        {{ surrogate_key(setting('instance'), ['unblocks.event_id', 'unblocks.blocker_id']) }}
            as unblock_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.level as level,
        filters.sprint as sprint,
        filters.quarter as quarter,
        {{ surrogate_key(setting('instance'), ['unblocks.blocker_id']) }} as blocker_key,
        unblocks.happened_at as happened_at,
        unblocks.event_order as event_order,
        {{ surrogate_key(setting('instance'), ['unblocks.actor_id']) }} as actor_key,
        unblocks.old_status_id as old_status_id,
        unblocks.new_status_id as new_status_id,
        coalesce(statuses.category = 'done', false) as is_resolved,
        {{ surrogate_key(setting('instance'), ['unblocks.new_status_id']) }} as new_status_key
    from {{ staged('unblocks') }} as unblocks
    inner join {{ ref('int_issue_filters') }} as filters on unblocks.issue_id = filters.issue_id
    left join {{ ref('int_statuses') }} as statuses
        on unblocks.new_status_id = statuses.status_id
)

select * from final
