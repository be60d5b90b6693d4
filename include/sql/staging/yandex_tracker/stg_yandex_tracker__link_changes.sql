{# Links that came, went or changed their kind, by the API's id of the relationship. Seen from the
   other end, "subtask" is "subtask:inward"; "relates" is the same from both. #}
with entries as (
    select * from {{ ref('stg_yandex_tracker__changelog') }}
),

items as (
    select
        entries.event_id,
        {{ json_part('item', ['from']) }} as old_json,
        {{ json_part('item', ['to']) }} as new_json
    from entries
    {{ join_json_items('entries.changed_links', [], 'item') }}
),

sides as (
    select
        event_id,
        -1 as direction,
        old_json as link
    from items
    union all
    select
        event_id,
        1 as direction,
        new_json as link
    from items
),

members as (
    select
        event_id,
        direction,
        coalesce({{ json_text('link', ['type', 'id']) }}, 'link') as relationship,
        {{ json_text('link', ['direction']) }} as seen_from,
        coalesce(
            {{ json_text('link', ['object', 'id']) }},
            {{ json_text('link', ['object', 'key']) }},
            {{ json_text('link', ['id']) }},
            'unknown'
        ) as value_text
    from sides
    where substring(link, 1, 1) = '{'
),

links_changed as (
    select
        event_id,
        case
            when seen_from = 'inward' and relationship <> 'relates'
                then relationship || ':inward'
            else relationship
        end as field,
        value_text,
        sum(direction) as direction
    from members
    group by 1, 2, 3
),

final as (
    select
        event_id || ':links:' || field
        || case when direction > 0 then ':+' else ':-' end || value_text as change_id,
        event_id,
        field,
        case when direction < 0 then value_text end as old_value,
        case when direction > 0 then value_text end as new_value
    from links_changed
    where direction <> 0
)

select * from final
