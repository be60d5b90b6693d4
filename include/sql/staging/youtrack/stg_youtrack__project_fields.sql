with projects as (
    select * from {{ raw('projects') }}
),

members as (
    select
        'project:' || projects.record_id as project_id,
        {{ json_texts('project_field', {
            'project_field_id': ['id'], 'place': ['ordinal'], 'field_id': ['field', 'id'],
            'name': ['field', 'name'], 'field_type': ['field', 'fieldType', 'id'],
        }) }}
    from projects
    {{ join_json_items('projects.payload', ['customFields'], 'project_field') }}
),

final as (
    select
        project_id,
        project_field_id,
        field_id,
        name,
        field_type,
        {{ text_to_bigint('place') }} as place
    from members
    where project_field_id is not null
)

select * from final
