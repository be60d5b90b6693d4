{# A task closed as a duplicate has a merge and, from the web form, no status change. #}
with merged_tasks as (
    select * from {{ ref('stg_phabricator__transactions') }}
    where change_type = 'mergedinto'
),

status_changes as (
    select * from {{ ref('stg_phabricator__field_changes') }}
    where field = 'status' and issue_id in (select issue_id from merged_tasks)
),

meanings as (
    select
        max(case when is_default then status_id end) as default_id,
        max(case when is_duplicate then status_id end) as duplicate_id
    from {{ ref('stg_phabricator__statuses') }}
),

silent_merges as (
    select
        merged_tasks.event_id as event_id,
        merged_tasks.issue_id as issue_id,
        merged_tasks.event_order as event_order,
        merged_tasks.edit_id as edit_id,
        merged_tasks.changed_at as changed_at,
        merged_tasks.actor_id as actor_id,
        meanings.default_id as default_id,
        meanings.duplicate_id as duplicate_id
    from merged_tasks
    cross join meanings
    left join status_changes
        on
            merged_tasks.issue_id = status_changes.issue_id
            and merged_tasks.edit_id = status_changes.edit_id
    where meanings.duplicate_id is not null and status_changes.issue_id is null
),

entries as (
    select
        event_id,
        issue_id,
        changed_at,
        event_order,
        new_value as status_id
    from status_changes
    union all
    select
        event_id,
        issue_id,
        changed_at,
        event_order,
        duplicate_id as status_id
    from silent_merges
),

statuses_before as (
    select
        event_id,
        {{ lag('status_id') }} over (
            partition by issue_id order by changed_at, event_order, event_id
        ) as status_id
    from entries
),

final as (
    select
        silent_merges.event_id || ':status' as change_id,
        silent_merges.issue_id,
        silent_merges.event_id,
        silent_merges.event_order,
        silent_merges.edit_id,
        silent_merges.changed_at,
        silent_merges.actor_id,
        'status' as field,
        coalesce(statuses_before.status_id, silent_merges.default_id) as old_value,
        silent_merges.duplicate_id as new_value
    from silent_merges
    left join statuses_before on silent_merges.event_id = statuses_before.event_id
    where
        coalesce(statuses_before.status_id, silent_merges.default_id, '')
        <> silent_merges.duplicate_id
)

select * from final
