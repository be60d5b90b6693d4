{# Visits to statuses in the working time of the team that the issue counts under. #}
with final as (
    select
        visits.issue_id as issue_id,
        visits.sequence as sequence,
        calendars.calendar_key as calendar_key,
        {{ lead('instants.working_seconds') }}
            over (partition by visits.issue_id order by visits.sequence)
        - instants.working_seconds as working_duration_seconds
    from {{ ref('int_status_intervals') }} as visits
    inner join {{ ref('int_issue_filters') }} as filters on visits.issue_id = filters.issue_id
    inner join {{ ref('int_issue_calendars') }} as calendars
        on filters.issue_id = calendars.issue_id and filters.team = calendars.team
    inner join {{ ref('int_working_instants') }} as instants
        on
            visits.issue_id = instants.issue_id
            and filters.team = instants.team
            and visits.entered_at = instants.instant
)

select * from final
