with final as (
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
    from {{ ref('stg_phabricator__field_changes') }}
    union all
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
    from {{ ref('stg_phabricator__merges') }}
    union all
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
    from {{ ref('stg_phabricator__list_changes') }}
    union all
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
    from {{ ref('stg_phabricator__column_moves') }}
    where old_value is null or old_value <> new_value
)

select * from final
