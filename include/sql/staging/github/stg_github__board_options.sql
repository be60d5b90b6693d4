{# The options of the boards' field Status, by all names that they have had: events name them so. #}
with boards as (
    select * from {{ raw_told('boards') }}
),

fields as (
    select
        boards.record_id as board_id,
        boards.last_told_at as told_at,
        {{ json_part('field', []) }} as field
    from boards
    {{ join_json_items('boards.payload', ['fields', 'nodes'], 'field') }}
),

options as (
    select
        fields.board_id,
        fields.told_at,
        place,
        {{ json_texts('option', {'option_id': ['id'], 'name': ['name']}) }}
    from fields
    {{ join_numbered_json_items('fields.field', ['options'], 'option', 'place') }}
    where {{ json_text('fields.field', ['name']) }} = 'Status'
),

ranked as (
    select
        *,
        row_number() over (partition by board_id, name order by told_at desc, option_id asc)
            as choice,
        max(told_at) over (partition by board_id) as board_told_at
    from options
    where option_id is not null and name is not null
),

final as (
    select
        board_id,
        option_id,
        name,
        cast(place as {{ type_bigint() }}) as place,
        told_at = board_told_at as is_current_name
    from ranked
    where choice = 1
)

select * from final
