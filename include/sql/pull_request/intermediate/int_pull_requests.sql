{# Pull requests with the team of their project and its working calendar. #}
with placed as (
    select
        pull_requests.pull_request_id as pull_request_id,
        coalesce(projects.team, pull_requests.project_id, '(no project)') as team,
        pull_requests.additions + pull_requests.deletions as changed_lines
    from {{ staged('pull_requests') }} as pull_requests
    left join {{ ref('int_projects') }} as projects
        on pull_requests.project_id = projects.project_id
),

calendars as (
    select * from {{ ref('int_team_calendars') }}
),

final as (
    select
        placed.pull_request_id as pull_request_id,
        {{ surrogate_key(setting('instance'), ['placed.pull_request_id']) }} as pull_request_key,
        placed.team as team,
        case
            when placed.changed_lines < 10 then 'xs'
            when placed.changed_lines < 50 then 's'
            when placed.changed_lines < 250 then 'm'
            when placed.changed_lines < 1000 then 'l'
            when placed.changed_lines is not null then 'xl'
        end as size_class,
        coalesce(own.calendar, usual.calendar) as calendar,
        coalesce(own.calendar_key, usual.calendar_key) as calendar_key
    from placed
    left join calendars as own on placed.team = own.team
    left join calendars as usual on usual.team is null
)

select * from final
