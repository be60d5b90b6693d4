with final as (
    select
        {{ surrogate_key('filters.issue_key', ['blockers.blocker_kind', 'blockers.blocker_id']) }}
        || ':' || cast(blockers.sequence as {{ type_text() }}) as release_blocker_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
        blockers.release_version as release_version,
        {{ surrogate_key(setting('instance'), ['blockers.blocker_id']) }} as blocker_key,
        blockers.blocker_kind as blocker_kind,
        blockers.sequence as sequence,
        blockers.added_at as added_at,
        {{ surrogate_key(setting('instance'), ['blockers.added_by_id']) }} as added_by_key,
        blockers.removed_at as removed_at,
        {{ surrogate_key(setting('instance'), ['blockers.removed_by_id']) }} as removed_by_key,
        blockers.unblocked_at as unblocked_at,
        {{ surrogate_key(setting('instance'), ['blockers.unblocked_by_id']) }}
            as unblocked_by_key,
        {{ surrogate_key(setting('instance'), ['blockers.resolved_status_id']) }}
            as resolved_status_key,
        blockers.blocked_until_at as blocked_until_at,
        {{ seconds_between('blockers.added_at', 'blockers.blocked_until_at') }}
            as blocked_seconds
    from {{ ref('int_release_blockers') }} as blockers
    inner join {{ ref('int_issue_filters') }} as filters on blockers.issue_id = filters.issue_id
)

select * from final
