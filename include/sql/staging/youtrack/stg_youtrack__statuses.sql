{# Every bundle has elements of its own, often with the names of another bundle's. #}
with bundles as (
    select * from {{ raw('states') }}
),

elements as (
    select
        {{ json_texts('element', {'status_id': ['id'], 'name': ['name']}) }},
        coalesce({{ json_boolean('element', ['isResolved']) }}, false) as is_closed
    from bundles
    {{ join_json_items('bundles.payload', ['values'], 'element') }}
),

final as (
    select
        status_id,
        coalesce(name, status_id) as name,
        cast(null as {{ type_text() }}) as slug,
        case when is_closed then 'done' end as category,
        false as is_waiting,
        is_closed
    from elements
    where status_id is not null
    union all
    select
        'none' as status_id,
        'No state' as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as category,
        false as is_waiting,
        false as is_closed
)

select * from final
