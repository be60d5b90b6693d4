with final as (
    select
        calendar_key,
        {{ setting('instance') }} as instance,
        calendar,
        timezone,
        covered_from,
        covered_to,
        fingerprint
    from {{ ref('int_calendars') }}
)

select * from final
