{# Repositories, and boards, whose columns issues move through. An issue belongs to its repository
   first: boards have no number. #}
with boards as (
    select
        record_id as board_id,
        {{ json_texts('payload', {'title': ['title'], 'created': ['createdAt']}) }},
        coalesce({{ json_boolean('payload', ['closed']) }}, false) as is_closed
    from {{ raw('boards') }}
),

final as (
    select
        repository_id as project_id,
        number as project_number,
        case when count(*) over (partition by name) > 1 then full_name else name end as name,
        full_name as slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        case when is_archived then 'archived' else 'active' end as status,
        created_at
    from {{ ref('stg_github__repositories') }}
    union all
    select
        'board:' || board_id as project_id,
        cast(null as {{ type_bigint() }}) as project_number,
        coalesce(title, board_id) as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        case when is_closed then 'closed' else 'active' end as status,
        {{ iso_to_timestamp('created') }} as created_at
    from boards
)

select * from final
