-- migrate:up
-- What is there gets ages by the next rebuild (a replay).
alter table {{ mart }}.fct_issue_flow_steps
    add column entered_start_days bigint not null default 0,
    add column exited_start_days bigint not null default 0;
alter table {{ mart }}.fct_issue_flow_steps
    alter column entered_start_days drop default,
    alter column exited_start_days drop default;

alter table {{ mart }}.agg_flow_daily
    add column entered_start_days bigint not null default 0,
    add column exited_start_days bigint not null default 0;
alter table {{ mart }}.agg_flow_daily
    alter column entered_start_days drop default,
    alter column exited_start_days drop default;

-- migrate:down
alter table {{ mart }}.agg_flow_daily
    drop column entered_start_days,
    drop column exited_start_days;

alter table {{ mart }}.fct_issue_flow_steps
    drop column entered_start_days,
    drop column exited_start_days;
