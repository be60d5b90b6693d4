{# Every bundle has its own elements, often with the names of another bundle's. Should two bundles
   list one element, the one with the lowest id counts. #}
with bundles as (
    select * from {{ raw('states') }}
),

elements as (
    select
        bundles.record_id as bundle_id,
        {{ json_texts('element', {'status_id': ['id'], 'name': ['name']}) }},
        coalesce({{ json_boolean('element', ['isResolved']) }}, false) as is_closed
    from bundles
    {{ join_json_items('bundles.payload', ['values'], 'element') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by status_id order by length(bundle_id), bundle_id, name, is_closed
        ) as choice
    from elements
    where status_id is not null
),

final as (
    select
        status_id,
        coalesce(name, status_id) as name,
        cast(null as {{ type_text() }}) as slug,
        case when is_closed then 'done' end as category,
        false as is_waiting,
        cast(null as {{ type_text() }}) as outcome,
        is_closed
    from ranked
    where choice = 1
    union all
    select
        'none' as status_id,
        'No state' as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as category,
        false as is_waiting,
        cast(null as {{ type_text() }}) as outcome,
        false as is_closed
)

select * from final
