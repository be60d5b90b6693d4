{# Cycle times need a start; those up to the last completion also an issue that is still done. An
   issue that was done when the instant of its creation was over has neither lead nor cycle time. #}
with milestones as (
    select
        runs.issue_id as issue_id,
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
),

times as (
    select
        issue_id,
        cast(sum(
            case
                when status_category = 'in_progress' and not is_waiting then duration_seconds else 0
            end
        ) as {{ type_bigint() }}) as active_seconds,
        cast(sum(
            case when status_category <> 'done' and is_waiting then duration_seconds else 0 end
        ) as {{ type_bigint() }}) as waiting_seconds
    from {{ ref('int_status_intervals') }}
    group by 1
),

waiting_statuses as (
    select max(case when is_waiting then 1 else 0 end) = 1 as are_known
    from {{ ref('int_statuses') }}
),

measured as (
    select
        issues.issue_id as issue_id,
        issues.created_at as created_at,
        milestones.first_started_at as first_started_at,
        milestones.last_started_at as last_started_at,
        milestones.first_done_at as first_done_at,
        milestones.last_done_at as last_done_at,
        milestones.is_done as is_done,
        milestones.reopen_count as reopen_count,
        milestones.is_created_done as is_created_done,
        milestones.is_done
        and milestones.first_started_at is not null
        and not milestones.is_created_done as is_cycle,
        times.active_seconds as active_seconds,
        case when waiting_statuses.are_known then times.waiting_seconds end as waiting_seconds
    from {{ staged('issues') }} as issues
    inner join milestones on issues.issue_id = milestones.issue_id
    inner join times on issues.issue_id = times.issue_id
    cross join waiting_statuses
),

final as (
    select
        issue_id,
        created_at,
        first_started_at,
        last_started_at,
        first_done_at,
        last_done_at,
        is_done,
        is_created_done,
        case
            when is_done and not is_created_done
                then {{ seconds_between('created_at', 'last_done_at') }}
        end as lead_time_seconds,
        case
            when first_started_at <= first_done_at and not is_created_done
                then {{ seconds_between('first_started_at', 'first_done_at') }}
        end as first_start_first_done_seconds,
        case when is_cycle then {{ seconds_between('first_started_at', 'last_done_at') }} end
            as first_start_last_done_seconds,
        case when is_cycle then {{ seconds_between('last_started_at', 'last_done_at') }} end
            as last_start_last_done_seconds,
        case when is_cycle then active_seconds end as active_seconds,
        case when is_cycle then waiting_seconds end as waiting_seconds,
        case
            when is_cycle
                then {{ ratio('active_seconds', '(active_seconds + waiting_seconds)') }}
        end as flow_efficiency,
        reopen_count
    from measured
)

select * from final
