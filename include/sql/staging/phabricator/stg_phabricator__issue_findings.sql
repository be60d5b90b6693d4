with opaque as (
    select
        issue_id,
        count(*) as transactions,
        min(event_order) as first_order
    from {{ ref('stg_phabricator__transactions') }}
    where change_type is null
    group by 1
),

final as (
    select
        issue_id,
        'transaction_without_detail' as rule,
        cast(transactions as {{ type_text() }})
        || ' transactions of which the API shows no type and no values, the first with id '
        || cast(first_order as {{ type_text() }}) as detail
    from opaque
)

select * from final
