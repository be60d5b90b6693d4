{# What happens to an issue on a workboard: it comes to a project that has a place there, leaves
   one, or is moved to a column. #}
with events as (
    select
        memberships.issue_id as issue_id,
        places.board_id as board_id,
        memberships.edit_id as edit_id,
        memberships.event_order as event_order,
        memberships.actor_id as actor_id,
        memberships.direction as direction,
        memberships.project_id as project_id,
        places.is_own as is_own,
        places.column_id as column_id,
        cast(null as {{ type_text() }}) as from_column_id
    from {{ ref('int_board_memberships') }} as memberships
    inner join {{ ref('int_board_places') }} as places
        on memberships.project_id = places.project_id
    union all
    select
        moves.issue_id as issue_id,
        moves.board_id as board_id,
        moves.edit_id as edit_id,
        moves.event_order as event_order,
        moves.actor_id as actor_id,
        cast(0 as {{ type_bigint() }}) as direction,
        moves.board_id as project_id,
        true as is_own,
        moves.new_value as column_id,
        moves.old_value as from_column_id
    from {{ staged('column_moves') }} as moves
    inner join {{ ref('int_board_places') }} as places
        on moves.board_id = places.board_id and places.is_own
),

final as (
    select
        events.issue_id as issue_id,
        events.board_id as board_id,
        edits.step as step,
        edits.changed_at as changed_at,
        events.event_order as event_order,
        events.actor_id as actor_id,
        events.direction as direction,
        events.project_id as project_id,
        events.is_own as is_own,
        events.column_id as column_id,
        events.from_column_id as from_column_id
    from events
    inner join {{ ref('int_board_edits') }} as edits
        on events.issue_id = edits.issue_id and events.edit_id = edits.edit_id
)

select * from final
