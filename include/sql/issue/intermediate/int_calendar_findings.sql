{# Issues with moments that their team's calendar does not tell of. #}
with final as (
    select distinct
        instants.issue_id as issue_id,
        'beyond_calendar' as rule,
        calendars.calendar as subject_id,
        'the calendar ' || calendars.calendar || ' does not reach to all moments of the issue; '
        || 'working times beyond it are null (dim_calendars: covered_from, covered_to)' as detail
    from {{ ref('int_working_instants') }} as instants
    inner join {{ ref('int_issue_calendars') }} as calendars
        on instants.issue_id = calendars.issue_id and instants.team = calendars.team
    where instants.working_seconds is null
)

select * from final
