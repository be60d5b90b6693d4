{# Queues. #}
with queues as (
    select
        record_id as queue_id,
        {{ json_texts('payload', {'slug': ['key'], 'name': ['name']}) }}
    from {{ raw('queues') }}
),

final as (
    select
        'queue:' || queue_id as project_id,
        {{ text_to_bigint('queue_id') }} as project_number,
        coalesce(name, slug, queue_id) as name,
        slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        cast(null as {{ type_text() }}) as status,
        cast(null as {{ type_timestamp() }}) as created_at
    from queues
)

select * from final
