{# Boards on which the known moves do not lead to one of the issue's columns. The source shows a
   board's columns where the issue is in that project itself, and in no column that stands for a
   milestone or a subproject; once it was in one of these, it may still be. #}
with below as (
    select
        states.issue_id as issue_id,
        states.board_id as board_id,
        max(case
            when states.state in ('off', 'own') and columns_moved_to.proxy_project_id is null then 0
            else 1
        end) as was_below
    from {{ ref('int_board_states') }} as states
    left join {{ staged('board_columns') }} as columns_moved_to
        on states.moved_to = columns_moved_to.column_id
    group by 1, 2
),

reached as (
    select
        intervals.issue_id as issue_id,
        intervals.board_id as board_id,
        intervals.column_id as column_id,
        below.was_below as was_below
    from {{ ref('int_column_intervals') }} as intervals
    inner join below
        on intervals.issue_id = below.issue_id and intervals.board_id = below.board_id
    where intervals.left_at is null
),

-- Boards that are not in the snapshot cannot be checked.
shown as (
    select
        issue_columns.issue_id as issue_id,
        issue_columns.board_id as board_id,
        issue_columns.column_id as column_id
    from {{ staged('issue_columns') }} as issue_columns
    inner join {{ ref('int_board_columns') }} as board_columns
        on issue_columns.column_id = board_columns.column_id
),

compared as (
    select
        shown.issue_id as issue_id,
        shown.board_id as board_id,
        min(shown.column_id) as first_column_id,
        max(shown.column_id) as last_column_id,
        max(case when shown.column_id = reached.column_id then 1 else 0 end) as agrees,
        min(reached.column_id) as reached_column_id
    from shown
    left join reached on shown.issue_id = reached.issue_id and shown.board_id = reached.board_id
    group by 1, 2
    union all
    select
        reached.issue_id as issue_id,
        reached.board_id as board_id,
        cast(null as {{ type_text() }}) as first_column_id,
        cast(null as {{ type_text() }}) as last_column_id,
        reached.was_below as agrees,
        reached.column_id as reached_column_id
    from reached
    left join shown on reached.issue_id = shown.issue_id and reached.board_id = shown.board_id
    where shown.issue_id is null
),

final as (
    select
        issue_id,
        'column_disagrees_with_board' as rule,
        board_id as subject_id,
        'the board shows the issue in ' || coalesce(first_column_id, 'no column')
        || case when first_column_id <> last_column_id then ' and ' || last_column_id else '' end
        || ', its history leads to ' || coalesce(reached_column_id, 'no column') as detail
    from compared
    where agrees = 0
)

select * from final
