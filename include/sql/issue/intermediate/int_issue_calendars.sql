{# The calendars of the teams that an issue counts under, or has counted under. #}
with teams as (
    select
        issue_id,
        team
    from {{ ref('int_issue_attributes') }}
    union distinct
    select
        issue_id,
        team
    from {{ ref('int_current_attributes') }}
),

calendars as (
    select * from {{ ref('int_team_calendars') }}
),

final as (
    select
        teams.issue_id as issue_id,
        teams.team as team,
        coalesce(own.calendar, usual.calendar) as calendar,
        coalesce(own.calendar_key, usual.calendar_key) as calendar_key
    from teams
    left join calendars as own on teams.team = own.team
    left join calendars as usual on usual.team is null
    where own.calendar is not null or usual.calendar is not null
)

select * from final
