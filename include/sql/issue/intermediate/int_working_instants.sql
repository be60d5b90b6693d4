{# The working seconds up to each instant that a duration begins or ends with: the working time
   between two of them is a difference. An issue's creation is its first entry. #}
with instants as (
    select
        issue_id,
        entered_at as instant
    from {{ ref('int_status_intervals') }}
    union all
    select
        issue_id,
        begins_at as instant
    from {{ ref('int_blocked_parts') }}
    union all
    select
        issue_id,
        ends_at as instant
    from {{ ref('int_blocked_parts') }}
    {% if has_part('boards') -%}
    union all
    select
        issue_id,
        entered_at as instant
    from {{ ref('int_column_intervals') }}
    union all
    select
        issue_id,
        left_at as instant
    from {{ ref('int_column_intervals') }}
    where left_at is not null
    {%- endif %}
),

of_calendars as (
    select distinct
        calendars.calendar as calendar,
        calendars.issue_id as issue_id,
        calendars.team as team,
        instants.instant as instant
    from {{ ref('int_issue_calendars') }} as calendars
    inner join instants on calendars.issue_id = instants.issue_id
),

opened as (
    select
        *,
        least(instant, closes_at) as worked_until
    from {{ with_last_opening(
        'of_calendars', ['issue_id', 'team'], settings_table('calendar_hours')
    ) }} as last_openings
),

final as (
    select
        opened.issue_id as issue_id,
        opened.team as team,
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
