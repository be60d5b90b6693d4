with issues as (
    select
        record_id as issue_id,
        version,
        {{ json_texts('payload', {
            'readable_id': ['key'], 'title': ['summary'], 'status_id': ['status', 'id'],
            'issue_type': ['type', 'key'], 'priority': ['priority', 'key'],
            'story_points': ['storyPoints'], 'author_id': ['createdBy', 'id'],
            'assignee_id': ['assignee', 'id'], 'created': ['createdAt'],
            'updated': ['updatedAt'], 'resolved': ['resolvedAt'],
            'resolution_key': ['resolution', 'key'], 'resolution_id': ['resolution', 'id'],
        }) }}
    from {{ raw('issues') }}
),

final as (
    select
        issues.issue_id as issue_id,
        {{ text_to_bigint(
            "substring(issues.readable_id, position('-' in issues.readable_id) + 1)"
        ) }} as issue_number,
        coalesce(issues.readable_id, issues.issue_id) as readable_id,
        coalesce(issues.title, '') as title,
        cast(null as {{ type_text() }}) as url,
        coalesce(issues.status_id, 'unknown') as status_id,
        coalesce(issues.issue_type, 'default') as issue_type,
        issues.priority as priority,
        {{ text_to_double('issues.story_points') }} as estimate,
        coalesce(issues.resolution_key, issues.resolution_id) as resolution,
        issues.author_id as author_id,
        issues.assignee_id as assignee_id,
        coalesce(
            {{ iso_to_timestamp('issues.created') }}, {{ epoch_ms_to_timestamp('issues.version') }}
        ) as created_at,
        coalesce(
            {{ iso_to_timestamp('issues.updated') }},
            {{ iso_to_timestamp('issues.created') }},
            {{ epoch_ms_to_timestamp('issues.version') }}
        ) as updated_at,
        {{ iso_to_timestamp('issues.resolved') }} as closed_at,
        custom.custom_fields as custom_fields
    from issues
    left join {{ ref('stg_yandex_tracker__custom_fields') }} as custom
        on issues.issue_id = custom.issue_id
)

select * from final
