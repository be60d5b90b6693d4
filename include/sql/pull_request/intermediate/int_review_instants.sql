{# The working seconds of the team's calendar up to each instant that a duration begins or ends
   with. #}
with instants as (
    select
        pull_request_id,
        entered_at as instant
    from {{ ref('int_pull_request_steps') }}
    union distinct
    select
        pull_request_id,
        left_at as instant
    from {{ ref('int_pull_request_steps') }}
    where left_at is not null
    union distinct
    select
        pull_request_id,
        waits_from as instant
    from {{ ref('int_pull_request_marks') }}
    where waits_from is not null
    union distinct
    select
        pull_request_id,
        first_review_at as instant
    from {{ ref('int_pull_request_marks') }}
    where first_review_at is not null
),

of_calendars as (
    select
        pull_requests.calendar as calendar,
        instants.pull_request_id as pull_request_id,
        instants.instant as instant
    from instants
    inner join {{ ref('int_pull_requests') }} as pull_requests
        on instants.pull_request_id = pull_requests.pull_request_id
    where pull_requests.calendar is not null
),

opened as (
    select
        *,
        least(instant, closes_at) as worked_until
    from {{ with_last_opening(
        'of_calendars', ['pull_request_id'], settings_table('calendar_hours')
    ) }} as last_openings
),

final as (
    select
        opened.pull_request_id as pull_request_id,
        opened.instant as instant,
        case
            when opened.instant between calendars.covered_from and calendars.covered_to
                then coalesce(
                    opened.working_seconds_before
                    + {{ seconds_between('opened.opens_at', 'opened.worked_until') }},
                    0
                )
        end as working_seconds
    from opened
    inner join {{ settings_table('calendar') }} as calendars
        on opened.calendar = calendars.calendar
)

select * from final
