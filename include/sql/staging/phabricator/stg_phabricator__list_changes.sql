{# Changes of fields that hold several values: a row per value that came or went. An edge's values
   are a list of PHIDs or an object keyed by them. #}
with transactions as (
    select * from {{ ref('stg_phabricator__transactions') }}
),

operations as (
    select
        transactions.event_id,
        case transactions.change_type when 'projects' then 'project' else 'subscriber' end
            as field,
        {{ json_text('operation', ['phid']) }} as value_id,
        case {{ json_text('operation', ['operation']) }} when 'remove' then -1 else 1 end
            as direction
    from transactions
    {{ join_json_items('transactions.operations', [], 'operation') }}
    where transactions.change_type in ('projects', 'subscribers')
),

edges as (
    select
        event_id,
        old_json,
        new_json,
        case edge_type
            when 41 then 'project'
            when 3 then 'subtask'
            when 4 then 'parent'
            when 51 then 'mentioned_by'
            when 52 then 'mention'
            else 'edge:' || cast(edge_type as {{ type_text() }})
        end as field
    from transactions
    where change_type = 'core:edge'
    union all
    select
        event_id,
        old_json,
        new_json,
        'subscriber' as field
    from transactions
    where change_type = 'core:subscribers'
),

edge_ends as (
    select
        edges.event_id,
        edges.field,
        value_id,
        1 as direction
    from edges
    {{ join_json_texts_or_keys('edges.new_json', 'value_id') }}
    union all
    select
        edges.event_id,
        edges.field,
        value_id,
        -1 as direction
    from edges
    {{ join_json_texts_or_keys('edges.old_json', 'value_id') }}
),

values_changed as (
    select
        event_id,
        field,
        value_id,
        sum(direction) as direction
    from (
        select * from operations
        union all
        select * from edge_ends
    ) as ends
    group by 1, 2, 3
),

final as (
    select
        transactions.event_id
        || case when values_changed.direction > 0 then ':+' else ':-' end
        || values_changed.value_id as change_id,
        transactions.issue_id,
        transactions.event_id as event_id,
        transactions.event_order,
        transactions.edit_id,
        transactions.changed_at,
        transactions.actor_id,
        values_changed.field,
        case when values_changed.direction < 0 then values_changed.value_id end as old_value,
        case when values_changed.direction > 0 then values_changed.value_id end as new_value
    from values_changed
    inner join transactions on values_changed.event_id = transactions.event_id
    where values_changed.direction <> 0
)

select * from final
