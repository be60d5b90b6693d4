{# Open work measured when it is read, without what is deleted or out of sight. Its age leaves out
   the time that it was done in between. #}
with open_issues as (
    select * from {{ published('fct_issue_flow') }}
    where not is_done
),

pauses as (
    select
        deliveries.issue_key as issue_key,
        sum({{ seconds_between('deliveries.delivered_at', 'deliveries.reopened_at') }})
            as done_seconds
    from open_issues
    inner join {{ published('fct_issue_deliveries') }} as deliveries
        on open_issues.issue_key = deliveries.issue_key
    where deliveries.is_reopened and deliveries.delivered_at >= open_issues.first_started_at
    group by deliveries.issue_key
),

final as (
    select
        open_issues.issue_key as issue_key,
        open_issues.instance as instance,
        open_issues.project_key as project_key,
        open_issues.team as team,
        open_issues.issue_type as issue_type,
        open_issues.level as level,
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
        cast(
            {{ seconds_between('open_issues.first_started_at', now()) }}
            - coalesce(pauses.done_seconds, 0) as {{ type_bigint() }}
        ) as age_seconds,
        1 + {{ days_from(
            day_of('open_issues.first_started_at', setting('reporting_timezone')),
            day_of(now(), setting('reporting_timezone'))
        ) }} as age_days,
        {{ seconds_between('open_issues.created_at', now()) }} as total_age_seconds,
        {{ seconds_between('intervals.entered_at', now()) }} as seconds_in_status
    from open_issues
    inner join {{ published('fct_issues') }} as issues
        on open_issues.issue_key = issues.issue_key and issues.missing_reason is null
    inner join {{ published('fct_issue_status_intervals') }} as intervals
        on open_issues.issue_key = intervals.issue_key and intervals.is_current
    left join pauses on open_issues.issue_key = pauses.issue_key
)

select * from final
