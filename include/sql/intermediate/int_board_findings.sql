{# Boards on which the known moves do not lead to the issue's column. #}
with reached as (
    select
        issue_id,
        board_id,
        column_id
    from {{ ref('int_column_intervals') }}
    where left_at is null
),

-- The attachment tells nothing about boards that the snapshot does not have.
current_columns as (
    select
        issue_columns.issue_id,
        issue_columns.board_id,
        min(issue_columns.column_id) as column_id
    from {{ staged('issue_columns') }} as issue_columns
    inner join {{ staged('board_columns') }} as board_columns
        on issue_columns.column_id = board_columns.column_id
    group by 1, 2
),

final as (
    select
        coalesce(reached.issue_id, current_columns.issue_id) as issue_id,
        'column_disagrees_with_board' as rule,
        coalesce(reached.board_id, current_columns.board_id) as subject_id,
        'the board shows the issue in ' || coalesce(current_columns.column_id, 'no column')
        || ', its history leads to ' || coalesce(reached.column_id, 'no column') as detail
    from reached
    full join current_columns
        on
            reached.issue_id = current_columns.issue_id
            and reached.board_id = current_columns.board_id
    where coalesce(reached.column_id, '') <> coalesce(current_columns.column_id, '')
)

select * from final
