with members as (
    select
        record_id as repository_id,
        {{ json_texts('payload', {
            'number': ['databaseId'], 'name': ['name'], 'full_name': ['nameWithOwner'],
            'created': ['createdAt'], 'default_branch': ['defaultBranchRef', 'name'],
        }) }},
        coalesce({{ json_boolean('payload', ['isArchived']) }}, false) as is_archived
    from {{ raw('repositories') }}
),

final as (
    select
        repository_id,
        {{ text_to_bigint('number') }} as number,
        coalesce(name, full_name, repository_id) as name,
        full_name,
        {{ iso_to_timestamp('created') }} as created_at,
        default_branch,
        is_archived
    from members
)

select * from final
