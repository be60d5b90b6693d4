{# Changes of fields that hold one value. #}
with compared as (
    select
        changed_fields.change_id as change_id,
        changed_fields.event_id as event_id,
        changed_fields.field as field,
        max(case when field_values.direction < 0 then field_values.value_text end) as old_value,
        max(case when field_values.direction > 0 then field_values.value_text end) as new_value
    from {{ ref('stg_yandex_tracker__changelog_fields') }} as changed_fields
    inner join {{ ref('stg_yandex_tracker__changelog_values') }} as field_values
        on changed_fields.change_id = field_values.change_id
    where not changed_fields.is_list
    group by 1, 2, 3
),

final as (
    select * from compared
    where coalesce(old_value, '') <> coalesce(new_value, '')
)

select * from final
