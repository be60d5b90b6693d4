{# An issue without a state has the status `none`. #}
with members as (
    select
        record_id as issue_id,
        {{ json_texts('payload', {
            'readable_id': ['idReadable'], 'title': ['summary'],
            'short_name': ['project', 'shortName'], 'author_id': ['reporter', 'id'],
            'created': ['created'], 'updated': ['updated'], 'resolved': ['resolved'],
        }) }}
    from {{ raw('issues') }}
),

custom_fields as (
    select
        issue_id,
        max(case when role = 'status' then value_id end) as status_id,
        max(case when role = 'issue_type' then value end) as issue_type,
        max(case when role = 'priority' then value end) as priority,
        max(case when role = 'estimate' then value end) as estimate,
        max(case when role = 'assignee' then value_id end) as assignee_id,
        {{ json_object_of('name', 'case when role is null then value_json end') }} as others
    from {{ ref('stg_youtrack__custom_fields') }}
    group by 1
),

final as (
    select
        members.issue_id as issue_id,
        {{ text_to_bigint('substring(members.readable_id, length(members.short_name) + 2)') }}
            as issue_number,
        members.readable_id as readable_id,
        coalesce(members.title, '') as title,
        cast(null as {{ type_text() }}) as url,
        coalesce(custom_fields.status_id, 'none') as status_id,
        coalesce(custom_fields.issue_type, 'default') as issue_type,
        custom_fields.priority as priority,
        {{ text_to_double('custom_fields.estimate') }} as estimate,
        members.author_id as author_id,
        custom_fields.assignee_id as assignee_id,
        {{ epoch_ms_to_timestamp(text_to_bigint('members.created')) }} as created_at,
        {{ epoch_ms_to_timestamp(text_to_bigint('members.updated')) }} as updated_at,
        {{ epoch_ms_to_timestamp(text_to_bigint('members.resolved')) }} as closed_at,
        custom_fields.others as custom_fields
    from members
    left join custom_fields on members.issue_id = custom_fields.issue_id
)

select * from final
