{# What entries say by their type: the creation, comments, and whatever changes no field. #}
with entries as (
    select * from {{ ref('stg_yandex_tracker__changelog') }}
),

operations as (
    select
        entries.event_id,
        operation,
        cast(operation_items as {{ type_text() }}) as operation_items
    from entries
    {{ join_json_members('entries.changed_comments', [], 'operation', 'operation_items') }}
),

comments as (
    select distinct
        operations.event_id,
        operations.operation,
        coalesce({{ json_text('item', ['id']) }}, 'unknown') as comment_id
    from operations
    {{ join_json_items('operations.operation_items', [], 'item') }}
),

told as (
    select event_id from comments
    union distinct
    select event_id from {{ ref('stg_yandex_tracker__changelog_fields') }}
    union distinct
    select event_id from {{ ref('stg_yandex_tracker__link_changes') }}
),

final as (
    select
        event_id || ':comment:' || operation || ':' || comment_id as change_id,
        event_id,
        'comment' as field,
        case operation when 'removed' then comment_id end as old_value,
        case operation when 'added' then comment_id end as new_value
    from comments
    union all
    select
        event_id || ':created' as change_id,
        event_id,
        'created' as field,
        cast(null as {{ type_text() }}) as old_value,
        cast(null as {{ type_text() }}) as new_value
    from entries
    where entry_type = 'IssueCreated'
    union all
    select
        entries.event_id || ':type' as change_id,
        entries.event_id as event_id,
        case
            when substring(entries.entry_type, 1, 12) = 'IssueComment' then 'comment'
            else entries.entry_type
        end as field,
        cast(null as {{ type_text() }}) as old_value,
        cast(null as {{ type_text() }}) as new_value
    from entries
    left join told on entries.event_id = told.event_id
    where entries.entry_type <> 'IssueCreated' and told.event_id is null
)

select * from final
