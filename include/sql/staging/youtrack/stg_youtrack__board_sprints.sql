{# A sprint without a start, as boards without sprints have one, comes before all others. Should two
   boards list one sprint, the one with the lowest id counts. #}
with boards as (
    select * from {{ raw('agiles') }}
),

members as (
    select
        boards.record_id as board_id,
        {{ json_texts('sprint', {
            'id': ['id'], 'name': ['name'], 'start_ms': ['start'], 'finish_ms': ['finish'],
        }) }},
        coalesce({{ json_boolean('sprint', ['archived']) }}, false) as is_archived
    from boards
    {{ join_json_items('boards.payload', ['sprints'], 'sprint') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by id
            order by length(board_id), board_id, name, start_ms, finish_ms, is_archived
        ) as choice
    from members
    where id is not null
),

final as (
    select
        'sprint:' || id as sprint_id,
        board_id,
        coalesce(name, id) as name,
        {{ epoch_ms_to_timestamp(text_to_bigint('start_ms')) }} as starts_at,
        {{ epoch_ms_to_timestamp(text_to_bigint('finish_ms')) }} as ends_at,
        is_archived,
        coalesce({{ text_to_bigint('start_ms') }}, 0) as start_ms,
        cast(row_number() over (
            partition by board_id
            order by coalesce({{ text_to_bigint('start_ms') }}, 0), length(id), id
        ) as {{ type_bigint() }}) as position_on_board
    from ranked
    where choice = 1
)

select * from final
