with final as (
    select
        setting_key,
        instance,
        name,
        value
    from {{ ref('int_telemetry_settings') }}
)

select * from final
