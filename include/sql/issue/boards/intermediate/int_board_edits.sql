{# What was saved together counts as one: 1, 2, ... per issue, the state at creation included. #}
with events as (
    select
        issue_id,
        edit_id,
        changed_at,
        event_order
    from {{ ref('int_board_memberships') }}
    union all
    select
        issue_id,
        edit_id,
        changed_at,
        event_order
    from {{ staged('column_moves') }}
),

edits as (
    select
        issue_id,
        edit_id,
        min(changed_at) as changed_at,
        min(event_order) as edit_order
    from events
    group by 1, 2
),

final as (
    select
        issue_id,
        edit_id,
        row_number() over (
            partition by issue_id order by changed_at, edit_order, edit_id
        ) as step,
        changed_at
    from edits
)

select * from final
