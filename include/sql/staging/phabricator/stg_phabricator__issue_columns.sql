with tasks as (
    select * from {{ raw('tasks') }}
),

boards as (
    select
        tasks.record_id as issue_id,
        board_id,
        board
    from tasks
    {{ join_json_members(
        'tasks.payload', ['attachments', 'columns', 'boards'], 'board_id', 'board'
    ) }}
),

final as (
    select
        boards.issue_id,
        boards.board_id,
        {{ json_text('column_item', ['phid']) }} as column_id
    from boards
    {{ join_json_items('boards.board', ['columns'], 'column_item') }}
)

select * from final
