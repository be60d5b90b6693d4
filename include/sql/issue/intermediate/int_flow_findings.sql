{# Issues with an implausible flow. The source's closing time is compared where source and
   configuration agree on what closed means. #}
with closing_times as (
    select
        issues.issue_id as issue_id,
        'closed_at_disagrees_with_history' as rule,
        issues.issue_id as subject_id,
        case
            when issues.closed_at is null then 'the history closes the issue, the source does not'
            when not flow.is_done then 'the source closes the issue, the history does not'
            else 'the source closes the issue at another time than the history'
        end as detail
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_issue_flow') }} as flow on issues.issue_id = flow.issue_id
    inner join {{ ref('int_statuses') }} as statuses on issues.status_id = statuses.status_id
    where
        statuses.is_closed = (statuses.category = 'done')
        and (
            flow.is_done <> (issues.closed_at is not null)
            -- Sources set the closing time separately from the change, a moment apart.
            or abs({{ seconds_between('flow.last_done_at', 'issues.closed_at') }}) > 1
        )
),

instant as (
    select distinct
        issue_id,
        'started_and_done_at_once' as rule,
        issue_id as subject_id,
        'the issue was started and done at one instant, which counts as not started' as detail
    from {{ ref('int_category_runs') }}
    where status_category = 'in_progress' and not is_start
),

created_done as (
    select
        issue_id,
        'created_as_done' as rule,
        issue_id as subject_id,
        'the issue was created in a done status; it has no lead and no cycle time' as detail
    from {{ ref('int_issue_flow') }}
    where is_created_done
),

created_started as (
    select
        issue_id,
        'created_in_progress' as rule,
        issue_id as subject_id,
        'the issue was created in an in-progress status, so that its work began with it' as detail
    from {{ ref('int_category_runs') }}
    where sequence = 1 and status_category = 'in_progress' and is_start
),

skipped as (
    select
        flow.issue_id as issue_id,
        'delivered_without_start' as rule,
        flow.issue_id as subject_id,
        'the issue was delivered without ever being in progress; it has no cycle time' as detail
    from {{ ref('int_issue_flow') }} as flow
    left join instant on flow.issue_id = instant.issue_id
    where
        flow.outcome = 'delivered'
        and flow.first_started_at is null
        and not flow.is_created_done
        and instant.issue_id is null
),

final as (
    select * from closing_times
    union all
    select * from created_done
    union all
    select * from instant
    union all
    select * from created_started
    union all
    select * from skipped
)

select * from final
