{# What stood in the way of releases, and how that ended. Of issues that mention it, and of subtasks
   that were closed before they became some, a release is told nothing: these end with their own
   completion, at the beginning if they are closed by then. #}
with blocking as (
    select
        issues.issue_key as issue_key,
        cast(issues.readable_id as {{ type_text() }}) as readable_id,
        cast(issues.title as {{ type_text() }}) as title,
        cast(issues.status_key as {{ type_text() }}) as status_key,
        case when flow.is_done then flow.last_done_at end as done_at
    from {{ published('fct_issues') }} as issues
    inner join {{ published('fct_issue_flow') }} as flow on issues.issue_key = flow.issue_key
),

joined as (
    select
        blockers.release_blocker_key as release_blocker_key,
        blockers.instance as instance,
        blockers.issue_key as issue_key,
        blockers.release_version as release_version,
        blockers.blocker_key as blocker_key,
        nullif(blocking.readable_id, '') as blocker_readable_id,
        nullif(blocking.title, '') as blocker_title,
        nullif(blocking.status_key, '') as blocker_status_key,
        blockers.blocker_kind as blocker_kind,
        blockers.added_at as added_at,
        blockers.added_by_key as added_by_key,
        blockers.unblocked_at as unblocked_at,
        blockers.unblocked_by_key as unblocked_by_key,
        blockers.removed_at as removed_at,
        blockers.resolved_status_key as resolved_status_key,
        case
            when blocking.done_at < blockers.added_at then blockers.added_at
            else blocking.done_at
        end as done_at
    from {{ published('fct_release_blockers') }} as blockers
    left join blocking on blockers.blocker_key = blocking.issue_key
),

final as (
    select
        release_blocker_key,
        instance,
        issue_key,
        release_version,
        blocker_key,
        blocker_readable_id,
        blocker_title,
        blocker_status_key,
        blocker_kind,
        added_at,
        added_by_key,
        case
            when unblocked_at is not null then 'closed'
            when done_at is not null and removed_at is null then 'closed'
            when done_at < removed_at then 'closed'
            when removed_at is not null then 'taken off'
            else 'standing'
        end as ended_how,
        case
            when unblocked_at is not null then unblocked_at
            when removed_at is null then done_at
            when done_at < removed_at then done_at
            else removed_at
        end as ended_at,
        unblocked_by_key,
        resolved_status_key
    from joined
)

select * from final
