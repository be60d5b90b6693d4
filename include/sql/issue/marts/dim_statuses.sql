{# Statuses that occur only in facts have no category. #}
with statuses as (
    select
        status_key,
        status_id,
        name,
        category,
        is_waiting,
        outcome,
        is_closed,
        is_known
    from {{ ref('int_statuses') }}
    union all
    select
        mentioned.status_key as status_key,
        substring(mentioned.status_key, length({{ setting('instance') }}) + 2) as status_id,
        substring(mentioned.status_key, length({{ setting('instance') }}) + 2) as name,
        'unknown' as category,
        false as is_waiting,
        cast(null as {{ type_text() }}) as outcome,
        cast(null as {{ type_boolean() }}) as is_closed,
        false as is_known
    from {{ mentioned('dim_statuses') }} as mentioned
    left join {{ ref('int_statuses') }} as known on mentioned.status_key = known.status_key
    where known.status_key is null
),

final as (
    select
        status_key,
        {{ setting('instance') }} as instance,
        status_id,
        name,
        category,
        is_waiting,
        outcome,
        is_closed,
        is_known
    from statuses
)

select * from final
