{# The filled custom fields: elements and users by their names, periods in minutes. #}
with issue_fields as (
    select * from {{ ref('stg_youtrack__issue_fields') }}
),

items as (
    select
        issue_fields.issue_id,
        issue_fields.field_id,
        issue_fields.field_type,
        issue_fields.is_list,
        {{ json_part('item', []) }} as item
    from issue_fields
    {{ join_json_items('issue_fields.value_list', [], 'item') }}
),

members as (
    select
        *,
        {{ json_texts('item', {
            'id': ['id'], 'name': ['name'], 'full_name': ['fullName'], 'login': ['login'],
            'minutes': ['minutes'], 'content': ['text'],
        }) }},
        case when substring(item, 1, 1) <> '{' then {{ json_text('item', []) }} end as scalar
    from items
),

labelled as (
    select
        issue_id,
        field_id,
        is_list,
        id as value_id,
        coalesce(name, full_name, login, minutes, content, scalar, id) as value,
        case
            when name is not null then {{ json_part('item', ['name']) }}
            when full_name is not null then {{ json_part('item', ['fullName']) }}
            when login is not null then {{ json_part('item', ['login']) }}
            when minutes is not null then {{ json_part('item', ['minutes']) }}
            when content is not null then {{ json_part('item', ['text']) }}
            when id is not null then {{ json_part('item', ['id']) }}
            else item
        end as value_json
    from members
),

filled as (
    select
        issue_id,
        field_id,
        is_list,
        case when not is_list then min(value_id) end as value_id,
        case when not is_list then min(value) end as value,
        case when is_list then {{ json_array_of('value_json') }} else min(value_json) end
            as value_json
    from labelled
    group by 1, 2, 3
),

final as (
    select
        filled.issue_id as issue_id,
        filled.field_id as field_id,
        issue_fields.name as name,
        coalesce(project_roles.role, own_roles.role) as role,
        filled.value_id as value_id,
        filled.value as value,
        filled.value_json as value_json
    from filled
    inner join issue_fields
        on filled.issue_id = issue_fields.issue_id and filled.field_id = issue_fields.field_id
    left join {{ ref('stg_youtrack__field_roles') }} as project_roles
        on
            issue_fields.project_id = project_roles.scope_id
            and issue_fields.field_id = project_roles.field_id
    left join {{ ref('stg_youtrack__field_roles') }} as own_roles
        on
            issue_fields.issue_id = own_roles.scope_id
            and issue_fields.field_id = own_roles.field_id
)

select * from final
