with boards as (
    select * from {{ raw_told('agiles') }}
),

sprints as (
    select
        boards.first_told_at as first_told_at,
        boards.last_told_at as last_told_at,
        {{ json_texts('sprint', {
            'id': ['id'], 'start_ms': ['start'], 'finish_ms': ['finish'],
        }) }}
    from boards
    {{ join_json_items('boards.payload', ['sprints'], 'sprint') }}
),

final as (
    select distinct
        'sprint:' || id as sprint_id,
        {{ epoch_ms_to_timestamp(text_to_bigint('start_ms')) }} as starts_at,
        {{ epoch_ms_to_timestamp(text_to_bigint('finish_ms')) }} as ends_at,
        first_told_at,
        last_told_at
    from sprints
    where id is not null
)

select * from final
