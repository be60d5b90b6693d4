{# Open work measured when it is read, without what is deleted or out of sight. #}
with open_issues as (
    select * from {{ published('fct_issue_flow') }}
    where not is_done
),

final as (
    select
        open_issues.issue_key as issue_key,
        open_issues.instance as instance,
        open_issues.project_key as project_key,
        open_issues.team as team,
        open_issues.issue_type as issue_type,
        open_issues.sprint as sprint,
        open_issues.quarter as quarter,
        issues.readable_id as readable_id,
        issues.title as title,
        intervals.status_key as status_key,
        intervals.status_name as status_name,
        intervals.status_category as status_category,
        intervals.is_waiting as is_waiting,
        issues.assignee_key as assignee_key,
        open_issues.created_at as created_at,
        open_issues.first_started_at as first_started_at,
        intervals.entered_at as status_entered_at,
        {{ seconds_between('open_issues.first_started_at', now()) }} as age_seconds,
        {{ seconds_between('open_issues.created_at', now()) }} as total_age_seconds,
        {{ seconds_between('intervals.entered_at', now()) }} as seconds_in_status
    from open_issues
    inner join {{ published('fct_issues') }} as issues
        on open_issues.issue_key = issues.issue_key and issues.missing_reason is null
    inner join {{ published('fct_issue_status_intervals') }} as intervals
        on open_issues.issue_key = intervals.issue_key and intervals.is_current
)

select * from final
