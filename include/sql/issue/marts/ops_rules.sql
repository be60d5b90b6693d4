with final as (
    select
        {{ surrogate_key(setting('instance'), ['rule']) }} as rule_key,
        {{ setting('instance') }} as instance,
        rule,
        kind,
        explanation,
        next_step,
        more_than,
        is_on
    from {{ settings_table('rule') }}
)

select * from final
