with field_changes as (
    select
        event_id as change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        field,
        old_value,
        new_value
    from {{ ref('stg_youtrack__field_changes') }}
    where field <> 'status'
),

status_changes as (
    select
        change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        'status' as field,
        old_value,
        new_value
    from {{ ref('stg_youtrack__status_changes') }}
),

list_changes as (
    select
        change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        field,
        old_value,
        new_value
    from {{ ref('stg_youtrack__list_changes') }}
),

sprint_moves as (
    select
        change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        field,
        old_value,
        new_value
    from {{ ref('stg_youtrack__sprint_moves') }}
),

united as (
    select * from field_changes
    union all
    select * from status_changes
    union all
    select * from list_changes
    union all
    select * from sprint_moves
),

final as (
    select * from united
)

select * from final
