{# An issue without a state has the status `none`. #}
with members as (
    select
        record_id as issue_id,
        version,
        {{ json_texts('payload', {
            'readable_id': ['idReadable'], 'title': ['summary'],
            'short_name': ['project', 'shortName'], 'author_id': ['reporter', 'id'],
            'created': ['created'], 'updated': ['updated'], 'resolved': ['resolved'],
        }) }}
    from {{ raw('issues') }}
),

-- Of several fields of one name, the one with the lowest id counts.
named as (
    select
        *,
        row_number() over (partition by issue_id, name order by length(field_id), field_id)
            as choice
    from {{ ref('stg_youtrack__custom_fields') }}
    where role is null
),

custom_fields as (
    select
        issue_id,
        max(case when role = 'status' then value_id end) as status_id,
        max(case when role = 'issue_type' then value end) as issue_type,
        max(case when role = 'priority' then value end) as priority,
        max(case when role = 'estimate' then value end) as estimate,
        max(case when role = 'assignee' then value_id end) as assignee_id
    from {{ ref('stg_youtrack__custom_fields') }}
    group by 1
),

others as (
    select
        issue_id,
        {{ json_object_of('name', 'value_json') }} as custom_fields
    from named
    where choice = 1
    group by 1
),

final as (
    select
        members.issue_id as issue_id,
        {{ text_to_bigint('substring(members.readable_id, length(members.short_name) + 2)') }}
            as issue_number,
        coalesce(members.readable_id, members.issue_id) as readable_id,
        coalesce(members.title, '') as title,
        cast(null as {{ type_text() }}) as url,
        coalesce(custom_fields.status_id, 'none') as status_id,
        coalesce(custom_fields.issue_type, 'default') as issue_type,
        custom_fields.priority as priority,
        {{ text_to_double('custom_fields.estimate') }} as estimate,
        cast(null as {{ type_text() }}) as resolution,
        members.author_id as author_id,
        custom_fields.assignee_id as assignee_id,
        coalesce(
            {{ epoch_ms_to_timestamp(text_to_bigint('members.created')) }},
            {{ epoch_ms_to_timestamp('members.version') }}
        ) as created_at,
        coalesce(
            {{ epoch_ms_to_timestamp(text_to_bigint('members.updated')) }},
            {{ epoch_ms_to_timestamp('members.version') }}
        ) as updated_at,
        {{ epoch_ms_to_timestamp(text_to_bigint('members.resolved')) }} as closed_at,
        others.custom_fields as custom_fields
    from members
    left join custom_fields on members.issue_id = custom_fields.issue_id
    left join others on members.issue_id = others.issue_id
)

select * from final
