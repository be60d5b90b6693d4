{# Which calendar teams keep, and until when it is known. No team stands for all others. #}
with final as (
    select
        teams.team as team,
        teams.calendar_key as calendar_key,
        {{ day_of('calendars.covered_to', "'UTC'") }} as known_until
    from {{ published('dim_team_calendars') }} as teams
    inner join {{ published('dim_calendars') }} as calendars
        on teams.calendar_key = calendars.calendar_key
    where teams.instance = {{ setting('instance') }}
)

select * from final
