{% from "templates/cycle_time.sql" import cycle_time %}
with final as (
    select
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key,
        filters.team,
        filters.issue_type,
        filters.level,
        filters.sprint,
        filters.quarter,
        flow.created_at,
        flow.first_started_at,
        flow.last_started_at,
        flow.first_done_at,
        flow.last_done_at,
        flow.is_done,
        flow.outcome,
        flow.lead_time_seconds,
        flow.lead_time_without_done_seconds,
        flow.first_start_first_done_seconds,
        flow.first_start_last_done_seconds,
        flow.first_start_last_done_without_done_seconds,
        flow.last_start_last_done_seconds,
        flow.active_seconds,
        flow.waiting_seconds,
        flow.blocked_seconds,
        flow.backlog_seconds,
        {{ cycle_time('flow', setting('cycle_time_policy')) }} as cycle_time_seconds,
        flow.working_lead_time_seconds,
        flow.working_lead_time_without_done_seconds,
        flow.working_first_start_first_done_seconds,
        flow.working_first_start_last_done_seconds,
        flow.working_first_start_last_done_without_done_seconds,
        flow.working_last_start_last_done_seconds,
        flow.working_active_seconds,
        flow.working_waiting_seconds,
        flow.working_blocked_seconds,
        flow.working_backlog_seconds,
        {{ cycle_time('flow', setting('cycle_time_policy'), 'working_') }}
            as working_cycle_time_seconds,
        flow.flow_efficiency,
        responses.first_response_at,
        responses.first_response_seconds,
        flow.reopen_count
    from {{ ref('int_issue_flow') }} as flow
    inner join {{ ref('int_issue_filters') }} as filters on flow.issue_id = filters.issue_id
    inner join {{ ref('int_first_responses') }} as responses
        on flow.issue_id = responses.issue_id
)

select * from final
