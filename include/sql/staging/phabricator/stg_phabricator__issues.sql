with tasks as (
    select * from {{ raw('tasks') }}
),

members as (
    select
        record_id as issue_id,
        version,
        payload,
        {{ json_texts('payload', {
            'number': ['id'], 'title': ['fields', 'name'], 'issue_type': ['fields', 'subtype'],
            'status_id': ['fields', 'status', 'value'], 'priority': ['fields', 'priority', 'name'],
            'points': ['fields', 'points'], 'author_id': ['fields', 'authorPHID'],
            'assignee_id': ['fields', 'ownerPHID'], 'created': ['fields', 'dateCreated'],
            'modified': ['fields', 'dateModified'], 'closed': ['fields', 'dateClosed'],
        }) }}
    from tasks
),

final as (
    select
        issue_id,
        {{ text_to_bigint('number') }} as issue_number,
        coalesce('T' || number, issue_id) as readable_id,
        coalesce(title, '') as title,
        cast(null as {{ type_text() }}) as url,
        coalesce(status_id, 'unknown') as status_id,
        coalesce(issue_type, 'default') as issue_type,
        priority,
        {{ text_to_double('points') }} as estimate,
        author_id,
        assignee_id,
        coalesce(
            {{ epoch_to_timestamp(text_to_bigint('created')) }}, {{ epoch_to_timestamp('version') }}
        ) as created_at,
        coalesce(
            {{ epoch_to_timestamp(text_to_bigint('modified')) }},
            {{ epoch_to_timestamp('version') }}
        ) as updated_at,
        {{ epoch_to_timestamp(text_to_bigint('closed')) }} as closed_at,
        {{ json_members_with_prefix('payload', ['fields'], 'custom.') }} as custom_fields,
        {{ json_part('payload', ['attachments', 'projects', 'projectPHIDs']) }} as project_ids,
        {{ json_part('payload', ['attachments', 'columns', 'boards']) }} as boards
    from members
)

select * from final
