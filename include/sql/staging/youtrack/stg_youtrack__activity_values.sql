{# A row per value that came or went. The status and people go by their ids; other elements by their
   names, for people. #}
with activities as (
    select * from {{ ref('stg_youtrack__activities') }}
    where category <> 'IssueCreatedCategory'
),

items as (
    select
        activities.event_id,
        cast(-1 as {{ type_bigint() }}) as direction,
        {{ json_part('item', []) }} as item
    from activities
    {{ join_json_items('activities.removed', [], 'item') }}
    union all
    select
        activities.event_id,
        cast(1 as {{ type_bigint() }}) as direction,
        {{ json_part('item', []) }} as item
    from activities
    {{ join_json_items('activities.added', [], 'item') }}
),

members as (
    select
        event_id,
        direction,
        {{ json_texts('item', {
            'id': ['id'], 'name': ['name'], 'minutes': ['minutes'], 'content': ['text']
        }) }},
        case when substring(item, 1, 1) <> '{' then {{ json_text('item', []) }} end as scalar,
        count(*) over (partition by event_id, direction) as side_values
    from items
),

final as (
    select
        activities.event_id as event_id,
        activities.issue_id as issue_id,
        activities.category as category,
        activities.stay as stay,
        case
            when activities.category = 'SummaryCategory' then 'title'
            when activities.category in ('ProjectCategory', 'SprintCategory') then 'project'
            when activities.category = 'CommentsCategory' then 'comment'
            when activities.category = 'IssueResolvedCategory' then 'resolved'
            when activities.category = 'TagsCategory' then 'tag'
            when activities.category = 'LinksCategory' then 'link:' || activities.field_name
            when activities.category = 'CustomFieldCategory'
                then coalesce(roles.role, 'custom:' || activities.field_name)
            else {{ lower_ascii("replace(activities.category, 'Category', '')") }}
        end as field,
        activities.field_type as field_type,
        case
            when activities.category = 'CustomFieldCategory'
                then coalesce(activities.field_type, '') like '%[*]'
            else activities.category not in (
                'SummaryCategory', 'DescriptionCategory', 'IssueResolvedCategory'
            )
        end
        or max(members.side_values) over (partition by members.event_id) > 1 as is_list,
        members.direction as direction,
        members.id as value_id,
        case
            when activities.category = 'SprintCategory' then 'sprint:' || members.id
            when activities.category = 'ProjectCategory' then 'project:' || members.id
            when activities.category = 'TagsCategory' then coalesce(members.name, members.id)
            when
                activities.category <> 'CustomFieldCategory'
                or roles.role in ('status', 'assignee')
                or substring(activities.field_type, 1, 4) = 'user'
                then coalesce(members.id, members.scalar)
            else coalesce(
                members.name, members.minutes, members.content, members.scalar, members.id
            )
        end as value
    from members
    inner join activities on members.event_id = activities.event_id
    left join {{ ref('stg_youtrack__project_stays') }} as stays
        on activities.issue_id = stays.issue_id and activities.stay = stays.stay
    left join {{ ref('stg_youtrack__field_roles') }} as roles
        on stays.scope_id = roles.scope_id and activities.field_id = roles.field_id
)

select * from final
