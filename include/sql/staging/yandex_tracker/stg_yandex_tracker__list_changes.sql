{# Changes of fields that hold several values, and of queue and sprint, which are memberships: a row
   per value that came or went. Items may also change inside, as those of a checklist do. #}
with lists as (
    select * from {{ ref('stg_yandex_tracker__changelog_fields') }}
    where is_list
),

values_changed as (
    select
        lists.change_id as list_id,
        lists.event_id as event_id,
        lists.field as field,
        list_values.value_text as value_text,
        sum(list_values.direction) as direction
    from lists
    inner join {{ ref('stg_yandex_tracker__changelog_values') }} as list_values
        on lists.change_id = list_values.change_id
    group by 1, 2, 3, 4
    having sum(list_values.direction) <> 0
),

final as (
    select
        list_id || case when direction > 0 then ':+' else ':-' end || value_text as change_id,
        event_id,
        field,
        case when direction < 0 then value_text end as old_value,
        case when direction > 0 then value_text end as new_value
    from values_changed
    union all
    select distinct
        lists.change_id as change_id,
        lists.event_id as event_id,
        lists.field as field,
        cast(null as {{ type_text() }}) as old_value,
        cast(null as {{ type_text() }}) as new_value
    from lists
    left join values_changed on lists.change_id = values_changed.list_id
    where
        lists.field <> 'project'
        and coalesce(lists.old_json, '[]') <> coalesce(lists.new_json, '[]')
        and values_changed.list_id is null
)

select * from final
