{# The filters of an issue's facts: those of its last completion while it is done, else today's. #}
with completed as (
    select
        attributes.issue_id as issue_id,
        attributes.project_id as project_id,
        attributes.team as team,
        attributes.issue_type as issue_type,
        attributes.level as level,
        attributes.sprint_id as sprint_id,
        attributes.sprint as sprint
    from {{ ref('int_issue_attributes') }} as attributes
    inner join {{ ref('int_issue_flow') }} as flow on attributes.issue_id = flow.issue_id
    where
        flow.is_done
        and attributes.begins_at <= flow.last_done_at
        and (attributes.ends_at is null or attributes.ends_at > flow.last_done_at)
),

attributes as (
    select * from completed
    union all
    select
        today.issue_id as issue_id,
        today.project_id as project_id,
        today.team as team,
        today.issue_type as issue_type,
        today.level as level,
        today.sprint_id as sprint_id,
        today.sprint as sprint
    from {{ ref('int_current_attributes') }} as today
    left join completed on today.issue_id = completed.issue_id
    where completed.issue_id is null
),

final as (
    select
        attributes.issue_id as issue_id,
        {{ surrogate_key(setting('instance'), ['attributes.issue_id']) }} as issue_key,
        {{ surrogate_key(setting('instance'), ['attributes.project_id']) }} as project_key,
        attributes.team as team,
        attributes.issue_type as issue_type,
        attributes.level as level,
        attributes.sprint as sprint,
        case
            when flow.is_done
                then {{ quarter_of('flow.last_done_at', setting('reporting_timezone')) }}
        end as quarter
    from attributes
    inner join {{ ref('int_issue_flow') }} as flow on attributes.issue_id = flow.issue_id
)

select * from final
