with final as (
    select
        team_calendar_key,
        instance,
        team,
        calendar_key
    from {{ ref('int_team_calendars') }}
)

select * from final
