{# The two calls give the same transactions with different details: the older one alone knows board
   moves, edges and custom fields, which the newer one shows without type and values. #}
with transactions as (
    select * from {{ raw('transactions') }}
),

task_transactions as (
    select * from {{ raw('task_transactions') }}
),

joined as (
    select
        transactions.record_id as event_id,
        transactions.parent_id as issue_id,
        transactions.payload,
        {{ json_bigint('transactions.payload', ['id']) }} as event_order,
        {{ json_text('transactions.payload', ['groupID']) }} as group_id,
        {{ json_text('transactions.payload', ['type']) }} as current_type,
        {{ json_text('task_transactions.payload', ['transactionType']) }} as older_type,
        task_transactions.payload as older
    from transactions
    left join task_transactions on transactions.record_id = task_transactions.record_id
),

final as (
    select
        event_id,
        issue_id,
        event_order,
        coalesce(group_id, event_id) as edit_id,
        {{ epoch_to_timestamp(json_bigint('payload', ['dateCreated'])) }} as changed_at,
        {{ json_text('payload', ['authorPHID']) }} as actor_id,
        coalesce(current_type, older_type) as change_type,
        {{ json_part('payload', ['fields', 'operations']) }} as operations,
        case
            when current_type is not null then {{ json_part('payload', ['fields', 'old']) }}
            else {{ json_part('older', ['oldValue']) }}
        end as old_json,
        case
            when current_type is not null then {{ json_part('payload', ['fields', 'new']) }}
            else {{ json_part('older', ['newValue']) }}
        end as new_json,
        {{ json_bigint('older', ['meta', 'edge:type']) }} as edge_type,
        {{ json_text('older', ['meta', 'customfield:key']) }} as custom_field
    from joined
)

select * from final
