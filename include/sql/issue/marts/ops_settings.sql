with final as (
    select
        setting_key,
        instance,
        name,
        value
    from {{ ref('int_settings') }}
)

select * from final
