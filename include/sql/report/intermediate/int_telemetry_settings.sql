{# Settings that facts of telemetry use. #}
with final as (
    select
        {{ surrogate_key(setting('instance'), ["'options'"]) }} as setting_key,
        {{ setting('instance') }} as instance,
        'options' as name,
        {{ setting('options') }} as value
)

select * from final
