{# Every value that a changed field had before and has after, as text. A reference gives its key or
   its id, the name that is shown only if it has neither; what must be found again goes by its id
   alone, since keys of issues and queues change. #}
with changed_fields as (
    select * from {{ ref('stg_yandex_tracker__changelog_fields') }}
),

sides as (
    select
        change_id,
        field_id,
        cast(-1 as {{ type_bigint() }}) as direction,
        old_json as value_json
    from changed_fields
    where old_json is not null
    union all
    select
        change_id,
        field_id,
        cast(1 as {{ type_bigint() }}) as direction,
        new_json as value_json
    from changed_fields
    where new_json is not null
),

exploded as (
    select
        change_id,
        field_id,
        direction,
        value_json
    from sides
    where substring(value_json, 1, 1) <> '['
    union all
    select
        sides.change_id,
        sides.field_id,
        sides.direction,
        cast(item as {{ type_text() }}) as value_json
    from sides
    {{ join_json_items('sides.value_json', [], 'item') }}
),

members as (
    select
        change_id,
        field_id,
        direction,
        value_json,
        substring(value_json, 1, 1) as first_character,
        field_id in (
            'status', 'previousStatus', 'queue', 'previousQueue', 'sprint', 'parent', 'epic'
        ) as goes_by_id,
        {{ json_text('value_json', ['id']) }} as value_id,
        {{ json_text('value_json', ['key']) }} as value_key,
        {{ json_text('value_json', ['display']) }} as value_display,
        {{ json_text('value_json', []) }} as plain_text
    from exploded
    where value_json <> 'null'
),

read_out as (
    select
        change_id,
        field_id,
        direction,
        case
            when first_character = '{' and goes_by_id then value_id
            when first_character = '{'
                then coalesce(value_key, value_id, value_display, value_json)
            else plain_text
        end as value_text
    from members
),

final as (
    select
        change_id,
        direction,
        case
            when field_id in ('queue', 'sprint') then field_id || ':' || value_text
            else value_text
        end as value_text
    from read_out
    where value_text is not null
)

select * from final
