with final as (
    select
        {{ surrogate_key(setting('instance'), ['calendar']) }}
        || ':' || cast(working_seconds_before as {{ type_text() }}) as stretch_key,
        {{ setting('instance') }} as instance,
        {{ surrogate_key(setting('instance'), ['calendar']) }} as calendar_key,
        worked_on,
        opens_at,
        closes_at,
        working_seconds_before
    from {{ settings_table('calendar_hours') }}
)

select * from final
