with final as (
    select
        {{ surrogate_key(setting('instance'), ['calendar']) }} as calendar_key,
        calendar,
        timezone,
        covered_from,
        covered_to,
        fingerprint
    from {{ settings_table('calendar') }}
)

select * from final
