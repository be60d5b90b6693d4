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
            'status_id': ['fields', 'status', 'value'],
            'priority_id': ['fields', 'priority', 'value'],
            'priority_name': ['fields', 'priority', 'name'],
            'points': ['fields', 'points'], 'author_id': ['fields', 'authorPHID'],
            'assignee_id': ['fields', 'ownerPHID'], 'created': ['fields', 'dateCreated'],
            'modified': ['fields', 'dateModified'], 'closed': ['fields', 'dateClosed'],
        }) }}
    from tasks
),

final as (
    select
        members.issue_id as issue_id,
        {{ text_to_bigint('members.number') }} as issue_number,
        coalesce('T' || members.number, members.issue_id) as readable_id,
        coalesce(members.title, '') as title,
        cast(null as {{ type_text() }}) as url,
        coalesce(members.status_id, 'unknown') as status_id,
        coalesce(members.issue_type, 'default') as issue_type,
        -- As histories call it: by its name of today.
        coalesce(priorities.name, members.priority_name) as priority,
        {{ text_to_double('members.points') }} as estimate,
        cast(null as {{ type_text() }}) as resolution,
        members.author_id as author_id,
        members.assignee_id as assignee_id,
        coalesce(
            {{ epoch_to_timestamp(text_to_bigint('members.created')) }},
            {{ epoch_to_timestamp('members.version') }}
        ) as created_at,
        coalesce(
            {{ epoch_to_timestamp(text_to_bigint('members.modified')) }},
            {{ epoch_to_timestamp('members.version') }}
        ) as updated_at,
        {{ epoch_to_timestamp(text_to_bigint('members.closed')) }} as closed_at,
        {{ json_members_with_prefix('members.payload', ['fields'], 'custom.') }} as custom_fields,
        {{ json_part('members.payload', ['attachments', 'projects', 'projectPHIDs']) }}
            as project_ids,
        {{ json_part('members.payload', ['attachments', 'columns', 'boards']) }} as boards
    from members
    left join {{ ref('stg_phabricator__priorities') }} as priorities
        on members.priority_id = priorities.priority_id
)

select * from final
