-- Open issues, those in progress now, those that were started, and the open ones that are left out
-- because they are deleted or out of sight.
with

open_work as (
    select
        count(*) as open_issues,
        count(case when ageing.status_category = 'in_progress' then 1 end) as in_progress_issues,
        count(ageing.age_seconds) as started_issues
    from {{ mart('v_issue_ageing') }} as ageing
    where {{ filtered('ageing') }}
),

left_out as (
    select
        count(case when issues.is_deleted then 1 end) as deleted_issues,
        count(case when not issues.is_deleted then 1 end) as hidden_issues
    from {{ mart('fct_issue_flow') }} as flow
    inner join {{ mart('fct_issues') }} as issues
        on flow.issue_key = issues.issue_key
    where
        not flow.is_done
        and issues.missing_reason is not null
        and {{ filtered('flow') }}
),

final as (
    select
        open_work.open_issues as open_issues,
        open_work.in_progress_issues as in_progress_issues,
        open_work.started_issues as started_issues,
        left_out.deleted_issues as deleted_issues,
        left_out.hidden_issues as hidden_issues
    from open_work
    cross join left_out
)

select * from final
