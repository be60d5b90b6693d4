with compared as (
    select
        *,
        {{ lag('column_id') }} over (partition by issue_id, board_id order by position)
            as previous_column_id
    from {{ ref('int_board_positions') }}
),

visits as (
    select
        *,
        {{ lead('changed_at') }} over (partition by issue_id, board_id order by position) as left_at
    from compared
    where coalesce(column_id, '') <> coalesce(previous_column_id, '')
),

final as (
    select
        issue_id,
        board_id,
        row_number() over (partition by issue_id, board_id order by position) as sequence,
        column_id,
        changed_at as entered_at,
        left_at,
        {{ seconds_between('changed_at', 'left_at') }} as duration_seconds,
        actor_id as entered_by_id
    from visits
    where column_id is not null
)

select * from final
