-- migrate:up
create table if not exists {{ published('dim_telemetry_systems') }}{{ on_cluster }} (
    system_key String,
    instance LowCardinality(String),
    system_id String,
    first_reported_on Date,
    first_released_on Nullable(Date)
) engine = {{ merge_tree() }} order by system_key;

create table if not exists {{ published('ops_telemetry_settings') }}{{ on_cluster }} (
    setting_key String,
    instance LowCardinality(String),
    name LowCardinality(String),
    value String
) engine = {{ merge_tree() }} order by setting_key;

create table if not exists {{ published('fct_telemetry_posts') }}{{ on_cluster }} (
    report_key String,
    instance LowCardinality(String),
    report_id String,
    received_at DateTime64(6, 'UTC'),
    reported_on Date,
    problem Nullable(String),
    system_key Nullable(String),
    system_id Nullable(String),
    first_seen_on Nullable(Date),
    age_days Nullable(Int64),
    has_development_version Bool,
    is_counted Bool,
    is_persistent Bool,
    report Nullable(String)
) engine = {{ merge_tree() }} order by (instance, reported_on, report_key);

create table if not exists {{ published('fct_telemetry_reports') }}{{ on_cluster }} (
    report_key String,
    instance LowCardinality(String),
    report_id String,
    received_at DateTime64(6, 'UTC'),
    reported_on Date,
    system_key String,
    system_id String,
    first_seen_on Nullable(Date),
    age_days Nullable(Int64),
    has_development_version Bool,
    is_counted Bool,
    is_persistent Bool,
    duplicate_reports Int64,
    dropped_reports Int64,
    database_version Nullable(Int64),
    database_version_text String,
    worker_processes Nullable(Int64),
    worker_hosts Nullable(Int64),
    content_app_processes Nullable(Int64),
    content_app_hosts Nullable(Int64),
    users Nullable(Int64),
    groups Nullable(Int64),
    domains Nullable(Int64),
    custom_access_policies Nullable(Int64),
    custom_roles Nullable(Int64),
    report String
) engine = {{ merge_tree() }} order by (instance, reported_on, report_key);

create table if not exists {{ published('fct_telemetry_components') }}{{ on_cluster }} (
    report_key String,
    instance LowCardinality(String),
    reported_on Date,
    system_key String,
    is_counted Bool,
    is_persistent Bool,
    component LowCardinality(String),
    version LowCardinality(String),
    release LowCardinality(String),
    major Nullable(Int64),
    minor Nullable(Int64)
) engine = {{ merge_tree() }} order by (instance, reported_on, component, report_key);

create table if not exists {{ published('agg_telemetry_daily') }}{{ on_cluster }} (
    instance LowCardinality(String),
    reported_on Date,
    received_reports Int64,
    duplicate_reports Int64,
    dropped_reports Int64,
    systems Int64,
    persistent_systems Int64,
    dropped_systems Int64,
    new_systems Int64,
    bad_lines Int64
) engine = {{ merge_tree() }} order by (instance, reported_on);

create table if not exists {{ published('agg_telemetry_daily_ages') }}{{ on_cluster }} (
    instance LowCardinality(String),
    reported_on Date,
    age_days Int64,
    first_seen_on Date,
    systems Int64
) engine = {{ merge_tree() }} order by (instance, reported_on, age_days);

create table if not exists {{ published('agg_telemetry_daily_components') }}{{ on_cluster }} (
    instance LowCardinality(String),
    reported_on Date,
    component LowCardinality(String),
    precision LowCardinality(String),
    version LowCardinality(String),
    major Nullable(Int64),
    minor Nullable(Int64),
    systems Int64
) engine = {{ merge_tree() }} order by (instance, reported_on, component, precision, version);

create table if not exists {{ published('agg_telemetry_daily_databases') }}{{ on_cluster }} (
    instance LowCardinality(String),
    reported_on Date,
    database_version Int64,
    database_version_text String,
    systems Int64
) engine = {{ merge_tree() }} order by (instance, reported_on, database_version);

create table if not exists {{ published('agg_telemetry_daily_services') }}{{ on_cluster }} (
    instance LowCardinality(String),
    reported_on Date,
    service LowCardinality(String),
    average Nullable(Float64),
    systems Int64
) engine = {{ merge_tree() }} order by (instance, reported_on, service);

create table if not exists {{ published('agg_telemetry_daily_numbers') }}{{ on_cluster }} (
    instance LowCardinality(String),
    reported_on Date,
    measure LowCardinality(String),
    number Int64,
    systems Int64
) engine = {{ merge_tree() }} order by (instance, reported_on, measure, number);

-- migrate:down
drop view if exists {{ mart }}.agg_telemetry_daily_numbers{{ on_cluster }};
drop table if exists {{ published('agg_telemetry_daily_numbers') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_telemetry_daily_services{{ on_cluster }};
drop table if exists {{ published('agg_telemetry_daily_services') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_telemetry_daily_databases{{ on_cluster }};
drop table if exists {{ published('agg_telemetry_daily_databases') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_telemetry_daily_components{{ on_cluster }};
drop table if exists {{ published('agg_telemetry_daily_components') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_telemetry_daily_ages{{ on_cluster }};
drop table if exists {{ published('agg_telemetry_daily_ages') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.agg_telemetry_daily{{ on_cluster }};
drop table if exists {{ published('agg_telemetry_daily') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_telemetry_components{{ on_cluster }};
drop table if exists {{ published('fct_telemetry_components') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_telemetry_reports{{ on_cluster }};
drop table if exists {{ published('fct_telemetry_reports') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_telemetry_posts{{ on_cluster }};
drop table if exists {{ published('fct_telemetry_posts') }}{{ on_cluster }} sync;

drop view if exists {{ ops }}.ops_telemetry_settings{{ on_cluster }};
drop table if exists {{ published('ops_telemetry_settings') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.dim_telemetry_systems{{ on_cluster }};
drop table if exists {{ published('dim_telemetry_systems') }}{{ on_cluster }} sync;
