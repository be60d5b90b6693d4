{# A row per value that came or went of what holds several. #}
with changed as (
    select
        event_id,
        field,
        value,
        coalesce(value_id, value) as value_id,
        sum(direction) as direction
    from {{ ref('stg_youtrack__activity_values') }}
    where is_list
    group by 1, 2, 3, 4
),

final as (
    select
        activities.event_id
        || case when changed.direction > 0 then ':+' else ':-' end
        || changed.value_id as change_id,
        activities.issue_id as issue_id,
        activities.event_id as event_id,
        activities.event_order as event_order,
        activities.edit_id as edit_id,
        activities.changed_at as changed_at,
        activities.actor_id as actor_id,
        changed.field as field,
        case when changed.direction < 0 then changed.value end as old_value,
        case when changed.direction > 0 then changed.value end as new_value
    from changed
    inner join {{ ref('stg_youtrack__activities') }} as activities
        on changed.event_id = activities.event_id
    where changed.direction <> 0
)

select * from final
