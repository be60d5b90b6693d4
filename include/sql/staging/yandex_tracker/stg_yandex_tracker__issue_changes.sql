with changes as (
    select * from {{ ref('stg_yandex_tracker__entry_changes') }}
    union all
    select * from {{ ref('stg_yandex_tracker__field_changes') }}
    union all
    select * from {{ ref('stg_yandex_tracker__list_changes') }}
    union all
    select * from {{ ref('stg_yandex_tracker__link_changes') }}
),

final as (
    select
        changes.change_id as change_id,
        entries.issue_id as issue_id,
        changes.event_id as event_id,
        entries.event_order as event_order,
        changes.event_id as edit_id,
        entries.changed_at as changed_at,
        entries.actor_id as actor_id,
        changes.field as field,
        changes.old_value as old_value,
        changes.new_value as new_value
    from changes
    inner join {{ ref('stg_yandex_tracker__changelog') }} as entries
        on changes.event_id = entries.event_id
)

select * from final
