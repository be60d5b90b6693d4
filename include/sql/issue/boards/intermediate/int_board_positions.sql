{# Where an issue is on a board after each event; no column means that it has left. An issue comes
   into the column that its next move leaves from, else into the default column. #}
with counted as (
    select
        *,
        sum(direction) over (
            partition by issue_id, board_id
            order by changed_at, edit_order, phase, event_order, coalesce(column_id, '')
            rows between unbounded preceding and current row
        ) as members,
        row_number() over (
            partition by issue_id, board_id
            order by changed_at, edit_order, phase, event_order, coalesce(column_id, '')
        ) as position
    from {{ ref('int_board_events') }}
),

position_events as (
    select
        *,
        lead(column_id) over (partition by issue_id, board_id order by position) as next_column_id,
        lead(from_column_id) over (
            partition by issue_id, board_id order by position
        ) as next_from_column_id,
        lead(changed_at) over (partition by issue_id, board_id order by position) as next_at
    from counted
    where
        event = 'move'
        or (event = 'come' and (column_id is not null or members = 1))
        or (event = 'leave' and members < 1)
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

final as (
    select
        position_events.issue_id as issue_id,
        position_events.board_id as board_id,
        position_events.position as position,
        case
            when position_events.event = 'leave' then null
            else coalesce(
                position_events.column_id,
                position_events.next_from_column_id,
                default_columns.column_id,
                current_columns.column_id
            )
        end as column_id,
        position_events.changed_at as changed_at,
        position_events.actor_id as actor_id
    from position_events
    left join default_columns on position_events.board_id = default_columns.board_id
    left join current_columns
        on
            position_events.issue_id = current_columns.issue_id
            and position_events.board_id = current_columns.board_id
    where
        position_events.event <> 'come'
        or position_events.column_id is not null
        or position_events.next_column_id is null
        or position_events.next_at > position_events.changed_at
)

select * from final
