{# A status has a type, given as a text or as an object with a key. #}
with statuses as (
    select
        record_id as status_id,
        {{ json_texts('payload', {'slug': ['key'], 'name': ['name'], 'display': ['display']}) }},
        coalesce(
            {{ json_text('payload', ['type', 'key']) }}, {{ json_text('payload', ['type']) }}
        ) as status_type
    from {{ raw('statuses') }}
),

categorised as (
    select
        status_id,
        coalesce(name, display, slug, status_id) as name,
        slug,
        case status_type
            when 'new' then 'todo'
            when 'inProgress' then 'in_progress'
            when 'paused' then 'in_progress'
            when 'done' then 'done'
            when 'cancelled' then 'done'
        end as category,
        coalesce(status_type = 'paused', false) as is_waiting,
        case when status_type = 'cancelled' then 'discarded' end as outcome
    from statuses
),

final as (
    select
        status_id,
        name,
        slug,
        category,
        is_waiting,
        outcome,
        category = 'done' as is_closed
    from categorised
)

select * from final
