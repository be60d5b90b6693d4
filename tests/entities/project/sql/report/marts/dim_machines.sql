{# Machines that only reports name are sold. #}
with unlisted as (
    select mentioned.machine_key as machine_key
    from {{ mentioned('dim_machines') }} as mentioned
    left join {{ ref('int_machines') }} as known on mentioned.machine_key = known.machine_key
    where known.machine_key is null
),

final as (
    select
        machine_key,
        {{ setting('instance') }} as instance,
        machine_id,
        site,
        colour,
        team_key,
        is_known
    from {{ ref('int_machines') }}
    union all
    select
        machine_key,
        {{ setting('instance') }} as instance,
        substring(machine_key, length({{ setting('instance') }}) + 2) as machine_id,
        cast(null as {{ type_text() }}) as site,
        cast(null as {{ type_text() }}) as colour,
        cast(null as {{ type_text() }}) as team_key,
        false as is_known
    from unlisted
)

select * from final
