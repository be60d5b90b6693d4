{# Changes of what holds one value; an issue that gets or loses its state is in `none` meanwhile. #}
with changed as (
    select
        event_id,
        field,
        max(case when direction = -1 then value end) as old_value,
        max(case when direction = 1 then value end) as new_value
    from {{ ref('stg_youtrack__activity_values') }}
    where not is_list
    group by 1, 2
),

named as (
    select
        activities.event_id as event_id,
        activities.issue_id as issue_id,
        activities.event_order as event_order,
        activities.edit_id as edit_id,
        activities.changed_at as changed_at,
        activities.actor_id as actor_id,
        activities.stay as stay,
        case activities.category when 'IssueCreatedCategory' then 'created' else changed.field end
            as field,
        changed.old_value as old_value,
        changed.new_value as new_value
    from {{ ref('stg_youtrack__activities') }} as activities
    left join changed on activities.event_id = changed.event_id
),

final as (
    select
        event_id,
        issue_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        stay,
        field,
        case when field = 'status' then coalesce(old_value, 'none') else old_value end as old_value,
        case when field = 'status' then coalesce(new_value, 'none') else new_value end as new_value
    from named
    where field = 'created' or coalesce(old_value, '') <> coalesce(new_value, '')
)

select * from final
