{# Milestones. An issue's current one is the one created last: its number is the highest. #}
with projects as (
    select * from {{ raw('projects') }}
    where {{ json_text('payload', ['fields', 'milestone']) }} is not null
),

final as (
    select
        record_id as sprint_id,
        coalesce({{ json_text('payload', ['fields', 'name']) }}, record_id) as name,
        {{ json_text('payload', ['fields', 'slug']) }} as slug,
        {{ json_text('payload', ['fields', 'parent', 'phid']) }} as project_id,
        {{ json_bigint('payload', ['fields', 'milestone']) }} as sprint_number,
        {{ json_bigint('payload', ['id']) }} as sprint_rank,
        {{ json_text('payload', ['fields', 'status']) }} as status,
        {{ epoch_to_timestamp(json_bigint('payload', ['fields', 'dateCreated'])) }} as created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        cast(null as {{ type_timestamp() }}) as ends_at
    from projects
)

select * from final
