with statuses as (
    select
        record_id as status_id,
        {{ json_texts('payload', {'name': ['name'], 'special': ['special']}) }},
        {{ json_boolean('payload', ['closed']) }} as is_closed
    from {{ raw('statuses') }}
),

final as (
    select
        status_id,
        coalesce(name, status_id) as name,
        cast(null as {{ type_text() }}) as slug,
        case
            when is_closed then 'done'
            when special = 'default' then 'todo'
        end as category,
        false as is_waiting,
        cast(null as {{ type_text() }}) as outcome,
        is_closed,
        coalesce(special = 'default', false) as is_default,
        coalesce(special = 'duplicate', false) as is_duplicate
    from statuses
)

select * from final
