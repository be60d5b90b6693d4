{# What happens to an issue on a workboard. Being in a milestone is being in the column that stands
   for it on the parent's board. What is saved together counts as: leave, come, move. #}
with boards as (
    select distinct
        board_id as project_id,
        board_id,
        cast(null as {{ type_text() }}) as column_id
    from {{ ref('int_board_columns') }}
    union all
    select
        proxy_project_id as project_id,
        board_id,
        column_id
    from {{ ref('int_board_columns') }}
    where proxy_project_id is not null
),

events as (
    select
        memberships.issue_id,
        boards.board_id,
        memberships.changed_at,
        memberships.edit_id,
        case when memberships.direction < 0 then 'leave' else 'come' end as event,
        cast(case when memberships.direction < 0 then 0 else 1 end as {{ type_bigint() }}) as phase,
        memberships.event_order,
        memberships.actor_id,
        memberships.direction,
        boards.column_id,
        cast(null as {{ type_text() }}) as from_column_id
    from {{ ref('int_board_memberships') }} as memberships
    inner join boards on memberships.project_id = boards.project_id
    union all
    select
        moves.issue_id,
        moves.board_id,
        moves.changed_at,
        moves.edit_id,
        'move' as event,
        cast(2 as {{ type_bigint() }}) as phase,
        moves.event_order,
        moves.actor_id,
        cast(0 as {{ type_bigint() }}) as direction,
        moves.new_value as column_id,
        moves.old_value as from_column_id
    from {{ staged('column_moves') }} as moves
    inner join boards
        on moves.board_id = boards.project_id and boards.column_id is null
),

final as (
    select
        issue_id,
        board_id,
        changed_at,
        min(event_order) over (partition by issue_id, edit_id) as edit_order,
        event,
        phase,
        event_order,
        actor_id,
        direction,
        column_id,
        from_column_id
    from events
)

select * from final
