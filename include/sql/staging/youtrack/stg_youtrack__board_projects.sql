with boards as (
    select * from {{ raw('agiles') }}
),

final as (
    select
        boards.record_id as board_id,
        'project:' || {{ json_text('project', ['id']) }} as project_id
    from boards
    {{ join_json_items('boards.payload', ['projects'], 'project') }}
    where {{ json_text('project', ['id']) }} is not null
)

select * from final
