-- migrate:up
alter table {{ published('dim_statuses') }}{{ on_cluster }}
    add column if not exists outcome LowCardinality(Nullable(String));

-- The first batch after this rebuilds all issues, since the settings have new names.
alter table {{ published('fct_issues') }}{{ on_cluster }}
    add column if not exists level LowCardinality(String);

-- The first batch after this rebuilds all issues, since the settings have new names.
alter table {{ published('fct_issue_flow') }}{{ on_cluster }}
    add column if not exists level LowCardinality(String),
    add column if not exists outcome LowCardinality(Nullable(String)),
    add column if not exists lead_time_without_done_seconds Nullable(Int64),
    add column if not exists first_start_last_done_without_done_seconds Nullable(Int64),
    add column if not exists blocked_seconds Nullable(Int64),
    add column if not exists backlog_seconds Nullable(Int64);

create table if not exists {{ published('fct_issue_deliveries') }}{{ on_cluster }} (
    delivery_key String,
    issue_key String,
    instance LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    sprint_key Nullable(String),
    quarter LowCardinality(String),
    priority LowCardinality(Nullable(String)),
    estimate Nullable(Float64),
    sequence Int64,
    delivered_at DateTime64(6, 'UTC'),
    delivered_on Date,
    outcome LowCardinality(String),
    resolution LowCardinality(Nullable(String)),
    is_last Bool,
    is_reopened Bool,
    reopened_at Nullable(DateTime64(6, 'UTC')),
    created_at DateTime64(6, 'UTC'),
    first_started_at Nullable(DateTime64(6, 'UTC')),
    lead_time_seconds Nullable(Int64),
    cycle_time_seconds Nullable(Int64)
) engine = {{ merge_tree() }} order by (issue_key, delivery_key);

create table if not exists {{ published('fct_issue_flow_steps') }}{{ on_cluster }} (
    step_key String,
    issue_key String,
    instance LowCardinality(String),
    happened_on Date,
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    category LowCardinality(String),
    entered Int64,
    exited Int64,
    high_water_entered Int64,
    high_water_exited Int64,
    arrived Int64,
    started Int64,
    delivered Int64,
    discarded Int64,
    reopened Int64
) engine = {{ merge_tree() }} order by (issue_key, step_key);

create table if not exists {{ published('fct_issue_measures') }}{{ on_cluster }} (
    measure_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    measure LowCardinality(String),
    begins_at DateTime64(6, 'UTC'),
    ends_at Nullable(DateTime64(6, 'UTC')),
    duration_seconds Nullable(Int64)
) engine = {{ merge_tree() }} order by (issue_key, measure_key);

-- migrate:down
drop view if exists {{ mart }}.fct_issue_measures{{ on_cluster }};
drop table if exists {{ published('fct_issue_measures') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_flow_steps{{ on_cluster }};
drop table if exists {{ published('fct_issue_flow_steps') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_deliveries{{ on_cluster }};
drop table if exists {{ published('fct_issue_deliveries') }}{{ on_cluster }} sync;

alter table {{ published('fct_issue_flow') }}{{ on_cluster }}
    drop column if exists backlog_seconds,
    drop column if exists blocked_seconds,
    drop column if exists first_start_last_done_without_done_seconds,
    drop column if exists lead_time_without_done_seconds,
    drop column if exists outcome,
    drop column if exists level;

alter table {{ published('fct_issues') }}{{ on_cluster }}
    drop column if exists level;

alter table {{ published('dim_statuses') }}{{ on_cluster }}
    drop column if exists outcome;
