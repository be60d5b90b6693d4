{# The two calls give the same transactions with different details: the older one alone knows board
   moves, edges and custom fields, which the newer one shows without type and values. One whose time
   cannot be read is left out, which is a finding. #}
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
        task_transactions.payload as older,
        {{ json_texts('transactions.payload', {
            'number': ['id'], 'group_id': ['groupID'], 'created': ['dateCreated'],
            'actor_id': ['authorPHID'], 'current_type': ['type'],
            'current_old': ['fields', 'old'], 'current_new': ['fields', 'new'],
        }) }},
        {{ json_texts('task_transactions.payload', {
            'older_type': ['transactionType'], 'older_old': ['oldValue'], 'older_new': ['newValue'],
        }) }}
    from transactions
    left join task_transactions on transactions.record_id = task_transactions.record_id
),

final as (
    select
        event_id,
        issue_id,
        {{ text_to_bigint('number') }} as event_order,
        coalesce(group_id, event_id) as edit_id,
        {{ epoch_to_timestamp(text_to_bigint('created')) }} as changed_at,
        actor_id,
        coalesce(current_type, older_type) as change_type,
        case
            when current_type in ('projects', 'subscribers')
                then {{ json_part('payload', ['fields', 'operations']) }}
        end as operations,
        case
            when current_type is null then older_old
            -- A priority is an object; a title may look like one.
            when substring(current_old, 1, 1) = '{'
                then coalesce({{ json_text('payload', ['fields', 'old', 'name']) }}, current_old)
            else current_old
        end as old_value,
        case
            when current_type is null then older_new
            when substring(current_new, 1, 1) = '{'
                then coalesce({{ json_text('payload', ['fields', 'new', 'name']) }}, current_new)
            else current_new
        end as new_value,
        {{ json_part('older', ['oldValue']) }} as old_json,
        {{ json_part('older', ['newValue']) }} as new_json,
        {{ json_bigint('older', ['meta', 'edge:type']) }} as edge_type,
        {{ json_text('older', ['meta', 'customfield:key']) }} as custom_field
    from joined
    where {{ epoch_to_timestamp(text_to_bigint('created')) }} is not null
)

select * from final
