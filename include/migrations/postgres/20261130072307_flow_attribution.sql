-- migrate:up
alter table {{ mart }}.dim_statuses
    add column outcome text;

-- The first batch after this rebuilds all issues, since the settings have new names.
alter table {{ mart }}.fct_issues
    add column level text not null default '';

-- The first batch after this rebuilds all issues, since the settings have new names.
alter table {{ mart }}.fct_issue_flow
    add column level text not null default '',
    add column outcome text,
    add column lead_time_without_done_seconds bigint,
    add column first_start_last_done_without_done_seconds bigint,
    add column blocked_seconds bigint,
    add column backlog_seconds bigint;

create table {{ mart }}.fct_issue_deliveries (
    delivery_key text not null,
    issue_key text not null,
    instance text not null,
    project_key text,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    sprint_key text,
    quarter text not null,
    priority text,
    estimate double precision,
    sequence bigint not null,
    delivered_at timestamp with time zone not null,
    delivered_on date not null,
    outcome text not null,
    resolution text,
    is_last boolean not null,
    is_reopened boolean not null,
    reopened_at timestamp with time zone,
    created_at timestamp with time zone not null,
    first_started_at timestamp with time zone,
    lead_time_seconds bigint,
    cycle_time_seconds bigint,
    primary key (delivery_key)
);
create index fct_issue_deliveries__issue on {{ mart }}.fct_issue_deliveries (issue_key);
create index fct_issue_deliveries__day on {{ mart }}.fct_issue_deliveries (instance, delivered_on);

create table {{ mart }}.fct_issue_flow_steps (
    step_key text not null,
    issue_key text not null,
    instance text not null,
    happened_on date not null,
    team text not null,
    issue_type text not null,
    level text not null,
    category text not null,
    entered bigint not null,
    exited bigint not null,
    high_water_entered bigint not null,
    high_water_exited bigint not null,
    arrived bigint not null,
    started bigint not null,
    delivered bigint not null,
    discarded bigint not null,
    reopened bigint not null,
    primary key (step_key)
);
create index fct_issue_flow_steps__issue on {{ mart }}.fct_issue_flow_steps (issue_key);

create table {{ mart }}.fct_issue_measures (
    measure_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    measure text not null,
    begins_at timestamp with time zone not null,
    ends_at timestamp with time zone,
    duration_seconds bigint,
    primary key (measure_key)
);
create index fct_issue_measures__issue on {{ mart }}.fct_issue_measures (issue_key);

create table {{ mart }}.agg_flow_daily (
    instance text not null,
    happened_on date not null,
    team text not null,
    issue_type text not null,
    level text not null,
    category text not null,
    entered bigint not null,
    exited bigint not null,
    high_water_entered bigint not null,
    high_water_exited bigint not null,
    arrived bigint not null,
    started bigint not null,
    delivered bigint not null,
    discarded bigint not null,
    reopened bigint not null,
    fact_rows bigint not null
);
create unique index agg_flow_daily__key on {{ mart }}.agg_flow_daily (instance, happened_on, team, issue_type, level, category) nulls not distinct;
insert into {{ mart }}.agg_flow_daily (instance, happened_on, team, issue_type, level, category, entered, exited, high_water_entered, high_water_exited, arrived, started, delivered, discarded, reopened, fact_rows)
select instance as instance, happened_on as happened_on, team as team, issue_type as issue_type, level as level, category as category, sum(entered) as entered, sum(exited) as exited, sum(high_water_entered) as high_water_entered, sum(high_water_exited) as high_water_exited, sum(arrived) as arrived, sum(started) as started, sum(delivered) as delivered, sum(discarded) as discarded, sum(reopened) as reopened, count(*) as fact_rows from {{ mart }}.fct_issue_flow_steps where 1 = 1 group by instance, happened_on, team, issue_type, level, category;

-- migrate:down
drop table {{ mart }}.agg_flow_daily;

drop table {{ mart }}.fct_issue_measures;

drop table {{ mart }}.fct_issue_flow_steps;

drop table {{ mart }}.fct_issue_deliveries;

alter table {{ mart }}.fct_issue_flow
    drop column backlog_seconds,
    drop column blocked_seconds,
    drop column first_start_last_done_without_done_seconds,
    drop column lead_time_without_done_seconds,
    drop column outcome,
    drop column level;

alter table {{ mart }}.fct_issues
    drop column level;

alter table {{ mart }}.dim_statuses
    drop column outcome;
