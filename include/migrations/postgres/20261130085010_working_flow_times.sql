-- migrate:up
alter table {{ mart }}.fct_issue_flow
    add column working_lead_time_seconds bigint,
    add column working_lead_time_without_done_seconds bigint,
    add column working_first_start_first_done_seconds bigint,
    add column working_first_start_last_done_seconds bigint,
    add column working_first_start_last_done_without_done_seconds bigint,
    add column working_last_start_last_done_seconds bigint,
    add column working_active_seconds bigint,
    add column working_waiting_seconds bigint,
    add column working_blocked_seconds bigint,
    add column working_backlog_seconds bigint,
    add column working_cycle_time_seconds bigint,
    add column first_response_at timestamp with time zone,
    add column first_response_seconds bigint;

alter table {{ mart }}.fct_issue_deliveries
    add column calendar_key text,
    add column working_lead_time_seconds bigint,
    add column working_cycle_time_seconds bigint;

-- migrate:down
alter table {{ mart }}.fct_issue_deliveries
    drop column working_cycle_time_seconds,
    drop column working_lead_time_seconds,
    drop column calendar_key;

alter table {{ mart }}.fct_issue_flow
    drop column first_response_seconds,
    drop column first_response_at,
    drop column working_cycle_time_seconds,
    drop column working_backlog_seconds,
    drop column working_blocked_seconds,
    drop column working_waiting_seconds,
    drop column working_active_seconds,
    drop column working_last_start_last_done_seconds,
    drop column working_first_start_last_done_without_done_seconds,
    drop column working_first_start_last_done_seconds,
    drop column working_first_start_first_done_seconds,
    drop column working_lead_time_without_done_seconds,
    drop column working_lead_time_seconds;
