with tasks as (
    select * from {{ raw('tasks') }}
),

final as (
    select
        record_id as issue_id,
        {{ json_bigint('payload', ['id']) }} as issue_number,
        'T' || {{ json_text('payload', ['id']) }} as readable_id,
        coalesce({{ json_text('payload', ['fields', 'name']) }}, '') as title,
        cast(null as {{ type_text() }}) as url,
        {{ json_text('payload', ['fields', 'status', 'value']) }} as status_id,
        coalesce({{ json_text('payload', ['fields', 'subtype']) }}, 'default') as issue_type,
        {{ json_text('payload', ['fields', 'priority', 'name']) }} as priority,
        {{ json_double('payload', ['fields', 'points']) }} as estimate,
        {{ json_text('payload', ['fields', 'authorPHID']) }} as author_id,
        {{ json_text('payload', ['fields', 'ownerPHID']) }} as assignee_id,
        {{ epoch_to_timestamp(json_bigint('payload', ['fields', 'dateCreated'])) }} as created_at,
        {{ epoch_to_timestamp(json_bigint('payload', ['fields', 'dateModified'])) }} as updated_at,
        {{ epoch_to_timestamp(json_bigint('payload', ['fields', 'dateClosed'])) }} as closed_at,
        {{ json_members_with_prefix('payload', ['fields'], 'custom.') }} as custom_fields
    from tasks
)

select * from final
