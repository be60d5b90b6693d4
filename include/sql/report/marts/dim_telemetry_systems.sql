{# Systems of the batch's reports, and those that were known before. #}
with known as (
    select mentioned.system_key as system_key
    from {{ mentioned('dim_telemetry_systems') }} as mentioned
    union distinct
    select system_key from {{ published('dim_telemetry_systems') }}
    where instance = {{ setting('instance') }}
),

final as (
    select
        systems.system_key as system_key,
        {{ setting('instance') }} as instance,
        systems.system_id as system_id,
        systems.first_reported_on as first_reported_on,
        systems.first_released_on as first_released_on
    from {{ ref('int_telemetry_systems') }} as systems
    inner join known on systems.system_key = known.system_key
)

select * from final
