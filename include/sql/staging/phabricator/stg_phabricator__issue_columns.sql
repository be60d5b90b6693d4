with issues as (
    select * from {{ ref('stg_phabricator__issues') }}
),

boards as (
    select
        issues.issue_id,
        board_id,
        board
    from issues
    {{ join_json_members('issues.boards', [], 'board_id', 'board') }}
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
