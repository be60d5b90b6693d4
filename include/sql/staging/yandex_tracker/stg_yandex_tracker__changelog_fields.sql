{# What entries say about each field, by the field's id and never by its place. An entry may speak
   of a field twice; its values then tell the order. #}
{% from "templates/tracker_fields.sql" import field_of_changes %}
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
        {{ field_of_changes('field_id', ref('stg_yandex_tracker__standard_fields')) }} as field,
        field_id in ('queue', 'sprint')
        or substring(coalesce(old_json, ''), 1, 1) = '['
        or substring(coalesce(new_json, ''), 1, 1) = '[' as is_list,
        old_json,
        new_json
    from counted
)

select * from final
