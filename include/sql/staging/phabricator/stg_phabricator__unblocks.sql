{# A task tells when one of its subtasks was closed or opened again: both values are objects of the
   subtask's PHID and its status. #}
with transactions as (
    select * from {{ ref('stg_phabricator__transactions') }}
    where change_type = 'unblock'
),

members as (
    select
        transactions.event_id,
        transactions.issue_id,
        transactions.event_order,
        transactions.changed_at,
        transactions.actor_id,
        transactions.old_json,
        blocker_id,
        {{ json_text('status_now', []) }} as new_status_id
    from transactions
    {{ join_json_members('transactions.new_json', [], 'blocker_id', 'status_now') }}
),

statuses_before as (
    select
        transactions.event_id,
        former_id,
        {{ json_text('status_before', []) }} as old_status_id
    from transactions
    {{ join_json_members('transactions.old_json', [], 'former_id', 'status_before') }}
),

final as (
    select
        members.event_id as event_id,
        members.issue_id as issue_id,
        members.event_order as event_order,
        members.changed_at as happened_at,
        members.actor_id as actor_id,
        members.blocker_id as blocker_id,
        statuses_before.old_status_id as old_status_id,
        members.new_status_id as new_status_id
    from members
    left join statuses_before
        on
            members.event_id = statuses_before.event_id
            and members.blocker_id = statuses_before.former_id
    where members.new_status_id is not null
)

select * from final
