{# Boards on which the known moves do not lead to the issue's column. The source shows the columns
   of the issue's own projects only: not that of a milestone on its parent's board. #}
with reached as (
    select
        intervals.issue_id as issue_id,
        intervals.board_id as board_id,
        intervals.column_id as column_id
    from {{ ref('int_column_intervals') }} as intervals
    left join {{ staged('issue_projects') }} as own_projects
        on
            intervals.issue_id = own_projects.issue_id
            and intervals.board_id = own_projects.project_id
    left join {{ ref('int_board_columns') }} as board_columns
        on intervals.column_id = board_columns.column_id
    where
        intervals.left_at is null
        and (own_projects.project_id is not null or board_columns.proxy_project_id is null)
),

-- Boards that are not in the snapshot cannot be checked.
current_columns as (
    select
        issue_columns.issue_id,
        issue_columns.board_id,
        min(issue_columns.column_id) as column_id
    from {{ staged('issue_columns') }} as issue_columns
    inner join {{ ref('int_board_columns') }} as board_columns
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
