{# A move names the columns that it left as an object keyed by them, or an empty list: a card may be
   in several columns. A move to the column that it leaves changes the order within the column. #}
with transactions as (
    select * from {{ ref('stg_phabricator__transactions') }}
    where change_type = 'core:columns'
),

moves as (
    select
        transactions.event_id,
        transactions.issue_id,
        transactions.event_order,
        transactions.edit_id,
        transactions.changed_at,
        transactions.actor_id,
        {{ json_text('move', ['boardPHID']) }} as board_id,
        {{ json_text('move', ['columnPHID']) }} as new_value,
        {{ json_part('move', ['fromColumnPHIDs']) }} as left_columns
    from transactions
    {{ join_json_items('transactions.new_json', [], 'move') }}
),

columns_left as (
    select
        moves.event_id,
        moves.board_id,
        coalesce(
            min(case when column_id <> moves.new_value then column_id end), min(column_id)
        ) as old_value
    from moves
    {{ join_json_texts_or_keys('moves.left_columns', 'column_id') }}
    group by 1, 2
),

final as (
    select
        moves.event_id || ':' || moves.board_id as change_id,
        moves.issue_id,
        moves.event_id,
        moves.event_order,
        moves.edit_id,
        moves.changed_at,
        moves.actor_id,
        'column' as field,
        columns_left.old_value,
        moves.new_value,
        moves.board_id
    from moves
    left join columns_left
        on moves.event_id = columns_left.event_id and moves.board_id = columns_left.board_id
)

select * from final
