{# What entries say about each field, by the field's id and never by its place. An entry may speak
   of a field twice; its values then tell the order. #}
with entries as (
    select * from {{ ref('stg_yandex_tracker__changelog') }}
),

items as (
    select
        entries.event_id,
        coalesce(
            {{ json_text('item', ['field', 'id']) }},
            case
                when substring({{ json_part('item', ['field']) }}, 1, 1) = '"'
                    then {{ json_text('item', ['field']) }}
            end,
            'unknown'
        ) as field_id,
        nullif({{ json_part('item', ['from']) }}, 'null') as old_json,
        nullif({{ json_part('item', ['to']) }}, 'null') as new_json
    from entries
    {{ join_json_items('entries.changed_fields', [], 'item') }}
),

counted as (
    select
        *,
        cast(row_number() over (
            partition by event_id, field_id
            order by coalesce(old_json, ''), coalesce(new_json, '')
        ) as {{ type_bigint() }}) as occurrence
    from items
),

final as (
    select
        event_id || ':' || field_id
        || case when occurrence = 1 then '' else ':' || cast(occurrence as {{ type_text() }}) end
            as change_id,
        event_id,
        field_id,
        occurrence,
        case
            when field_id in ('queue', 'sprint') then 'project'
            when field_id = 'project' then 'tracker_project'
            when field_id = 'summary' then 'title'
            when field_id = 'storyPoints' then 'estimate'
            when field_id = 'type' then 'issue_type'
            when substring(field_id, 25, 2) = '--' then 'custom:' || substring(field_id, 27)
            when
                field_id not in (
                    select field_id from {{ ref('stg_yandex_tracker__standard_fields') }}
                )
                then 'custom:' || field_id
            else field_id
        end as field,
        field_id in ('queue', 'sprint')
        or substring(coalesce(old_json, ''), 1, 1) = '['
        or substring(coalesce(new_json, ''), 1, 1) = '[' as is_list,
        old_json,
        new_json
    from counted
)

select * from final
