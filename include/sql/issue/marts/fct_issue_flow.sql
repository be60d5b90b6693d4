with final as (
    select
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key,
        filters.team,
        filters.issue_type,
        filters.sprint,
        filters.quarter,
        flow.created_at,
        flow.first_started_at,
        flow.last_started_at,
        flow.first_done_at,
        flow.last_done_at,
        flow.is_done,
        flow.lead_time_seconds,
        flow.first_start_first_done_seconds,
        flow.first_start_last_done_seconds,
        flow.last_start_last_done_seconds,
        flow.active_seconds,
        flow.waiting_seconds,
        case {{ setting('cycle_time_policy') }}
            when 'first_start_first_done' then flow.first_start_first_done_seconds
            when 'first_start_last_done' then flow.first_start_last_done_seconds
            when 'last_start_last_done' then flow.last_start_last_done_seconds
            when 'active' then flow.active_seconds
        end as cycle_time_seconds,
        flow.flow_efficiency,
        flow.reopen_count
    from {{ ref('int_issue_flow') }} as flow
    inner join {{ ref('int_issue_filters') }} as filters on flow.issue_id = filters.issue_id
)

select * from final
