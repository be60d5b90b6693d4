with final as (
    select
        filters.issue_key || ':incident' as incident_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key as project_key,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
        issues.readable_id as readable_id,
        issues.title as title,
        incidents.told_by as told_by,
        issues.created_at as created_at,
        case when flow.is_done then flow.last_done_at end as resolved_at,
        case when flow.is_done then flow.outcome end as outcome
    from {{ ref('int_incidents') }} as incidents
    inner join {{ staged('issues') }} as issues on incidents.issue_id = issues.issue_id
    inner join {{ ref('int_issue_filters') }} as filters on incidents.issue_id = filters.issue_id
    inner join {{ ref('int_issue_flow') }} as flow on incidents.issue_id = flow.issue_id
)

select * from final
