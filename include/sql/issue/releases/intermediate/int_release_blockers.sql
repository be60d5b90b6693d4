{# What stood in the way of releases: their subtasks, and issues that mention them. Of a subtask the
   release tells when it was closed or opened again; the last word of an edge's time counts. #}
with blockers as (
    select
        edges.issue_id as issue_id,
        case edges.edge_kind when 'subtask' then 'subtask' else 'mention' end as blocker_kind,
        edges.other_id as blocker_id,
        edges.sequence as sequence,
        edges.added_at as added_at,
        edges.removed_at as removed_at,
        edges.added_by_id as added_by_id,
        edges.removed_by_id as removed_by_id,
        releases.release_version as release_version
    from {{ ref('int_issue_edges') }} as edges
    inner join {{ staged('releases') }} as releases on edges.issue_id = releases.issue_id
    where edges.edge_kind in ('subtask', 'mentioned_by')
),

words as (
    select
        blockers.issue_id as issue_id,
        blockers.blocker_id as blocker_id,
        blockers.sequence as sequence,
        unblocks.happened_at as happened_at,
        unblocks.actor_id as actor_id,
        unblocks.new_status_id as status_id,
        coalesce(statuses.category = 'done', false) as is_resolved,
        row_number() over (
            partition by blockers.issue_id, blockers.blocker_id, blockers.sequence
            order by unblocks.happened_at desc, unblocks.event_order desc
        ) as choice
    from blockers
    inner join {{ staged('unblocks') }} as unblocks
        on
            blockers.issue_id = unblocks.issue_id
            and blockers.blocker_id = unblocks.blocker_id
    left join {{ ref('int_statuses') }} as statuses
        on unblocks.new_status_id = statuses.status_id
    where
        blockers.blocker_kind = 'subtask'
        and blockers.added_at <= unblocks.happened_at
        and (blockers.removed_at is null or unblocks.happened_at < blockers.removed_at)
),

last_words as (
    select * from words
    where choice = 1 and is_resolved
),

final as (
    select
        blockers.issue_id as issue_id,
        blockers.release_version as release_version,
        blockers.blocker_kind as blocker_kind,
        blockers.blocker_id as blocker_id,
        blockers.sequence as sequence,
        blockers.added_at as added_at,
        blockers.added_by_id as added_by_id,
        blockers.removed_at as removed_at,
        blockers.removed_by_id as removed_by_id,
        last_words.happened_at as unblocked_at,
        last_words.actor_id as unblocked_by_id,
        last_words.status_id as resolved_status_id,
        coalesce(last_words.happened_at, blockers.removed_at) as blocked_until_at
    from blockers
    left join last_words
        on
            blockers.issue_id = last_words.issue_id
            and blockers.blocker_id = last_words.blocker_id
            and blockers.sequence = last_words.sequence
            and blockers.blocker_kind = 'subtask'
)

select * from final
