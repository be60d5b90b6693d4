{% from "templates/unreadable.sql" import unreadable_findings %}
with opaque as (
    select
        issue_id,
        count(*) as transactions,
        min(event_order) as first_order
    from {{ ref('stg_phabricator__transactions') }}
    where change_type is null
    group by 1
),

unreadable_values as (
    {%- for member in ['dateCreated', 'dateModified', 'dateClosed'] %}
    select
        record_id as issue_id,
        '{{ member }}' as member,
        {{ json_text('payload', ['fields', member]) }} as given
    from {{ raw('tasks') }}
    where
        {{ json_text('payload', ['fields', member]) }} is not null
        and {{ epoch_to_timestamp(json_bigint('payload', ['fields', member])) }} is null
    union all
    {%- endfor %}
    select
        record_id as issue_id,
        'points' as member,
        {{ json_text('payload', ['fields', 'points']) }} as given
    from {{ raw('tasks') }}
    where
        {{ json_text('payload', ['fields', 'points']) }} is not null
        and {{ text_to_double(json_text('payload', ['fields', 'points'])) }} is null
    union all
    select
        parent_id as issue_id,
        'dateCreated of a transaction' as member,
        {{ json_text('payload', ['dateCreated']) }} as given
    from {{ raw('transactions') }}
    where {{ epoch_to_timestamp(json_bigint('payload', ['dateCreated'])) }} is null
    union all
    select
        parent_id as issue_id,
        'dateCreated of a transaction' as member,
        {{ json_text('payload', ['dateCreated']) }} as given
    from {{ raw('task_transactions') }}
    where
        {{ epoch_to_timestamp(text_to_bigint(json_text('payload', ['dateCreated']))) }} is null
        and record_id not in (select record_id from {{ raw('transactions') }})
),

final as (
    select
        issue_id,
        'transaction_without_detail' as rule,
        cast(transactions as {{ type_text() }})
        || ' transactions of which the API shows no type and no values, the first with id '
        || cast(first_order as {{ type_text() }}) as detail
    from opaque
    union all
    {{ unreadable_findings('unreadable_values') | indent }}
)

select * from final
