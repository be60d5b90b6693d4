{# A field that an entry has twice takes two places in the order. #}
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
        cast(dense_rank() over (
            partition by entries.issue_id
            order by entries.event_order, coalesce(changed_fields.occurrence, 1)
        ) as {{ type_bigint() }}) as event_order,
        changes.event_id as edit_id,
        entries.changed_at as changed_at,
        entries.actor_id as actor_id,
        changes.field as field,
        changes.old_value as old_value,
        changes.new_value as new_value
    from changes
    inner join {{ ref('stg_yandex_tracker__changelog') }} as entries
        on changes.event_id = entries.event_id
    left join {{ ref('stg_yandex_tracker__changelog_fields') }} as changed_fields
        on changes.change_id = changed_fields.change_id
)

select * from final
