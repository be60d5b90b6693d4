with members as (
    select
        record_id as id,
        {{ json_texts('payload', {'name': ['name'], 'slug': ['shortName']}) }},
        coalesce({{ json_boolean('payload', ['archived']) }}, false) as is_archived
    from {{ raw('projects') }}
),

final as (
    select
        'project:' || id as project_id,
        {{ text_to_bigint("substring(id, position('-' in id) + 1)") }} as project_number,
        coalesce(name, id) as name,
        slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        case when is_archived then 'archived' else 'active' end as status,
        cast(null as {{ type_timestamp() }}) as created_at
    from members
)

select * from final
