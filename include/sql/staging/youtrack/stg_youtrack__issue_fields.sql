{# The custom fields that issues show, empty ones too; the values are always a list. #}
with issues as (
    select * from {{ raw('issues') }}
),

members as (
    select
        issues.record_id as issue_id,
        'project:' || {{ json_text('issues.payload', ['project', 'id']) }} as project_id,
        {{ json_texts('issue_field', {
            'shown_name': ['name'], 'project_field_id': ['projectCustomField', 'id'],
            'field_id': ['projectCustomField', 'field', 'id'],
            'name': ['projectCustomField', 'field', 'name'],
            'type_id': ['projectCustomField', 'field', 'fieldType', 'id'],
            'value_type': ['projectCustomField', 'field', 'fieldType', 'valueType'],
        }) }},
        coalesce({{ json_part('issue_field', ['value']) }}, 'null') as value_json
    from issues
    {{ join_json_items('issues.payload', ['customFields'], 'issue_field') }}
),

final as (
    select
        issue_id,
        project_id,
        project_field_id,
        field_id,
        coalesce(name, shown_name, field_id) as name,
        coalesce(type_id, value_type) as field_type,
        substring(value_json, 1, 1) = '[' as is_list,
        case
            when value_json = 'null' then '[]'
            when substring(value_json, 1, 1) = '[' then value_json
            else '[' || value_json || ']'
        end as value_list
    from members
)

select * from final
