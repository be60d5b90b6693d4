{# All projects but milestones, which are sprints. #}
with projects as (
    select * from {{ raw('projects') }}
    where {{ json_text('payload', ['fields', 'milestone']) }} is null
),

final as (
    select
        record_id as project_id,
        {{ json_bigint('payload', ['id']) }} as project_number,
        coalesce({{ json_text('payload', ['fields', 'name']) }}, record_id) as name,
        {{ json_text('payload', ['fields', 'slug']) }} as slug,
        {{ json_text('payload', ['fields', 'parent', 'phid']) }} as parent_project_id,
        {{ json_text('payload', ['fields', 'status']) }} as status,
        {{ epoch_to_timestamp(json_bigint('payload', ['fields', 'dateCreated'])) }} as created_at
    from projects
)

select * from final
