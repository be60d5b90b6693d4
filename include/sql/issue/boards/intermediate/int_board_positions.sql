{# The column that an issue is in after each edit; none if the board does not show it. A board keeps
   an issue's column while it is elsewhere: the last one that it was moved to, else the one that the
   next move leaves. Without any known move, that is the default column, or, where it has returned,
   what the source shows now. #}
with compared as (
    select
        *,
        {{ lag('state') }} over (partition by issue_id, board_id order by step) as previous_state
    from {{ ref('int_board_states') }}
),

numbered as (
    select
        *,
        count(moved_to) over (
            partition by issue_id, board_id order by step
            rows between unbounded preceding and current row
        ) as moves,
        row_number() over (partition by issue_id, board_id order by step) as position,
        {{ lead('step') }} over (partition by issue_id, board_id order by step) as next_step,
        {{ lead('moved_from') }} over (
            partition by issue_id, board_id order by step
        ) as next_moved_from,
        {{ lag('proxy_column_id') }} over (partition by issue_id, board_id order by step)
            as previous_proxy_column_id
    from compared
    where moved_to is not null or previous_state is null or previous_state <> state
),

known as (
    select
        *,
        max(moved_to) over (partition by issue_id, board_id, moves) as last_moved_to,
        next_step is null and position > 1 as has_returned
    from numbered
),

default_columns as (
    select
        board_id,
        min(column_id) as column_id
    from {{ ref('int_board_columns') }}
    where is_default
    group by 1
),

current_columns as (
    select
        issue_id,
        board_id,
        min(column_id) as column_id
    from {{ staged('issue_columns') }}
    group by 1, 2
),

placed as (
    select
        known.issue_id as issue_id,
        known.board_id as board_id,
        known.step as step,
        known.changed_at as changed_at,
        known.actor_id as actor_id,
        known.moved_to as moved_to,
        case
            when known.state <> 'own' then known.proxy_column_id
            else coalesce(
                known.last_moved_to,
                known.next_moved_from,
                case when known.has_returned then current_columns.column_id end,
                case when known.has_returned then known.previous_proxy_column_id end,
                default_columns.column_id,
                current_columns.column_id
            )
        end as column_id
    from known
    left join default_columns on known.board_id = default_columns.board_id
    left join current_columns
        on known.issue_id = current_columns.issue_id and known.board_id = current_columns.board_id
),

-- A move that the same edit undoes, as triggers of columns do, is a visit without duration.
positions as (
    select
        issue_id,
        board_id,
        2 * step as position,
        moved_to as column_id,
        changed_at,
        actor_id
    from placed
    where moved_to is not null and moved_to <> coalesce(column_id, '')
    union all
    select
        issue_id,
        board_id,
        2 * step + 1 as position,
        column_id,
        changed_at,
        actor_id
    from placed
),

final as (
    select
        positions.issue_id as issue_id,
        positions.board_id as board_id,
        positions.position as position,
        case when hidden.column_id is null then positions.column_id end as column_id,
        positions.changed_at as changed_at,
        positions.actor_id as actor_id
    from positions
    left join {{ staged('board_columns') }} as hidden
        on positions.column_id = hidden.column_id and hidden.is_of_subproject
)

select * from final
