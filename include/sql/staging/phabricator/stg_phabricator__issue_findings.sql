{% from "templates/unreadable.sql" import unreadable_findings, unreadable_members %}
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
    {{ unreadable_members(raw('tasks'), {
        'dateCreated': ['fields', 'dateCreated'], 'dateModified': ['fields', 'dateModified'],
        'dateClosed': ['fields', 'dateClosed'], 'points': ['fields', 'points'],
    }, [
        (
            ['dateCreated', 'dateModified', 'dateClosed'],
            epoch_to_timestamp(text_to_bigint('given')),
        ),
        (['points'], text_to_double('given')),
    ]) | indent }}
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
