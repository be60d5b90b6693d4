{# Statuses that only the touched issues mention come last. #}
with mentioned as (
    select distinct status_id from {{ ref('int_status_intervals') }}
    union distinct
    select status_id from {{ staged('issues') }}
),

statuses as (
    select
        status_id,
        name,
        category,
        is_waiting,
        is_closed,
        is_known
    from {{ ref('int_statuses') }}
    union all
    select
        mentioned.status_id,
        mentioned.status_id as name,
        'unknown' as category,
        false as is_waiting,
        cast(null as {{ type_boolean() }}) as is_closed,
        false as is_known
    from mentioned
    left join {{ ref('int_statuses') }} as known on mentioned.status_id = known.status_id
    where known.status_id is null
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['status_id']) }} as status_key,
        {{ setting('instance') }} as instance,
        status_id,
        name,
        category,
        is_waiting,
        is_closed,
        is_known
    from statuses
)

select * from final
