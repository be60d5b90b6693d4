-- migrate:up
alter table {{ published('fct_issue_flow') }}{{ on_cluster }}
    add column if not exists working_lead_time_seconds Nullable(Int64),
    add column if not exists working_lead_time_without_done_seconds Nullable(Int64),
    add column if not exists working_first_start_first_done_seconds Nullable(Int64),
    add column if not exists working_first_start_last_done_seconds Nullable(Int64),
    add column if not exists working_first_start_last_done_without_done_seconds Nullable(Int64),
    add column if not exists working_last_start_last_done_seconds Nullable(Int64),
    add column if not exists working_active_seconds Nullable(Int64),
    add column if not exists working_waiting_seconds Nullable(Int64),
    add column if not exists working_blocked_seconds Nullable(Int64),
    add column if not exists working_backlog_seconds Nullable(Int64),
    add column if not exists working_cycle_time_seconds Nullable(Int64),
    add column if not exists first_response_at Nullable(DateTime64(6, 'UTC')),
    add column if not exists first_response_seconds Nullable(Int64);

alter table {{ published('fct_issue_deliveries') }}{{ on_cluster }}
    add column if not exists calendar_key LowCardinality(Nullable(String)),
    add column if not exists working_lead_time_seconds Nullable(Int64),
    add column if not exists working_cycle_time_seconds Nullable(Int64);

-- migrate:down
alter table {{ published('fct_issue_deliveries') }}{{ on_cluster }}
    drop column if exists working_cycle_time_seconds,
    drop column if exists working_lead_time_seconds,
    drop column if exists calendar_key;

alter table {{ published('fct_issue_flow') }}{{ on_cluster }}
    drop column if exists first_response_seconds,
    drop column if exists first_response_at,
    drop column if exists working_cycle_time_seconds,
    drop column if exists working_backlog_seconds,
    drop column if exists working_blocked_seconds,
    drop column if exists working_waiting_seconds,
    drop column if exists working_active_seconds,
    drop column if exists working_last_start_last_done_seconds,
    drop column if exists working_first_start_last_done_without_done_seconds,
    drop column if exists working_first_start_last_done_seconds,
    drop column if exists working_first_start_first_done_seconds,
    drop column if exists working_lead_time_without_done_seconds,
    drop column if exists working_lead_time_seconds;
