{# Entries into done, under what the issue counted under at that moment. #}
{% from "templates/cycle_time.sql" import cycle_time %}
with final as (
    select
        filters.issue_key || ':' || cast(completions.number as {{ type_text() }}) as delivery_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        {{ surrogate_key(setting('instance'), ['attributes.project_id']) }} as project_key,
        attributes.team as team,
        attributes.issue_type as issue_type,
        attributes.level as level,
        attributes.sprint as sprint,
        {{ surrogate_key(setting('instance'), ['attributes.sprint_id']) }} as sprint_key,
        {{ quarter_of('completions.completed_at', setting('reporting_timezone')) }} as quarter,
        attributes.priority as priority,
        attributes.estimate as estimate,
        completions.number as sequence,
        completions.completed_at as delivered_at,
        {{ day_of('completions.completed_at', setting('reporting_timezone')) }} as delivered_on,
        completions.outcome as outcome,
        completions.resolution as resolution,
        completions.is_last as is_last,
        completions.reopened_at is not null as is_reopened,
        completions.reopened_at as reopened_at,
        milestones.created_at as created_at,
        case
            when milestones.first_started_at <= completions.completed_at
                then milestones.first_started_at
        end as first_started_at,
        times.lead_time_seconds as lead_time_seconds,
        {{ cycle_time('times', setting('cycle_time_policy')) }} as cycle_time_seconds,
        calendars.calendar_key as calendar_key,
        working.lead_time_seconds as working_lead_time_seconds,
        {{ cycle_time('working', setting('cycle_time_policy')) }} as working_cycle_time_seconds
    from {{ ref('int_completions') }} as completions
    inner join {{ ref('int_completion_times') }} as times
        on completions.issue_id = times.issue_id and completions.number = times.number
    left join {{ ref('int_completion_working_times') }} as working
        on completions.issue_id = working.issue_id and completions.number = working.number
    inner join {{ ref('int_milestones') }} as milestones
        on completions.issue_id = milestones.issue_id
    inner join {{ ref('int_issue_attributes') }} as attributes
        on completions.issue_id = attributes.issue_id
    inner join {{ ref('int_issue_filters') }} as filters
        on completions.issue_id = filters.issue_id
    left join {{ ref('int_issue_calendars') }} as calendars
        on attributes.issue_id = calendars.issue_id and attributes.team = calendars.team
    where
        attributes.begins_at <= completions.completed_at
        and (attributes.ends_at is null or attributes.ends_at > completions.completed_at)
)

select * from final
