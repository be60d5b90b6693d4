{# The turning points of an issue. One that was done when the instant of its creation was over was
   created as done. #}
with final as (
    select
        runs.issue_id as issue_id,
        min(issues.created_at) as created_at,
        min(case when runs.is_start then runs.entered_at end) as first_started_at,
        max(case when runs.is_start then runs.entered_at end) as last_started_at,
        min(case when runs.status_category = 'done' then runs.entered_at end) as first_done_at,
        max(case when runs.status_category = 'done' then runs.entered_at end) as last_done_at,
        max(case when runs.status_category = 'done' and runs.left_at is null then 1 else 0 end) = 1
            as is_done,
        max(
            case
                when
                    runs.status_category = 'done'
                    and runs.entered_at = issues.created_at
                    and coalesce(runs.left_at > issues.created_at, true)
                    then 1
                else 0
            end
        ) = 1 as is_created_done,
        count(case when runs.status_category = 'done' and runs.left_at is not null then 1 end)
            as reopen_count
    from {{ ref('int_category_runs') }} as runs
    inner join {{ staged('issues') }} as issues on runs.issue_id = issues.issue_id
    group by 1
)

select * from final
