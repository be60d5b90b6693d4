-- migrate:up
-- What is there gets ages by the next rebuild (a replay).
alter table {{ published('fct_issue_flow_steps') }}{{ on_cluster }}
    add column if not exists entered_start_days Int64,
    add column if not exists exited_start_days Int64;

-- migrate:down
alter table {{ published('fct_issue_flow_steps') }}{{ on_cluster }}
    drop column if exists entered_start_days,
    drop column if exists exited_start_days;
