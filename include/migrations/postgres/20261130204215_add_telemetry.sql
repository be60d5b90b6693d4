-- migrate:up
create table {{ mart }}.dim_telemetry_systems (
    system_key text not null,
    instance text not null,
    system_id text not null,
    first_reported_on date not null,
    first_released_on date,
    primary key (system_key)
);

create table {{ ops }}.ops_telemetry_settings (
    setting_key text not null,
    instance text not null,
    name text not null,
    value text not null,
    primary key (setting_key)
);

create table {{ mart }}.fct_telemetry_posts (
    report_key text not null,
    instance text not null,
    report_id text not null,
    received_at timestamp with time zone not null,
    reported_on date not null,
    problem text,
    system_key text,
    system_id text,
    first_seen_on date,
    age_days bigint,
    has_development_version boolean not null,
    is_counted boolean not null,
    is_persistent boolean not null,
    report text,
    primary key (report_key)
);
create index fct_telemetry_posts__day on {{ mart }}.fct_telemetry_posts (instance, reported_on);
create index fct_telemetry_posts__system on {{ mart }}.fct_telemetry_posts (system_key);

create table {{ mart }}.fct_telemetry_reports (
    report_key text not null,
    instance text not null,
    report_id text not null,
    received_at timestamp with time zone not null,
    reported_on date not null,
    system_key text not null,
    system_id text not null,
    first_seen_on date,
    age_days bigint,
    has_development_version boolean not null,
    is_counted boolean not null,
    is_persistent boolean not null,
    duplicate_reports bigint not null,
    dropped_reports bigint not null,
    database_version bigint,
    database_version_text text not null,
    worker_processes bigint,
    worker_hosts bigint,
    content_app_processes bigint,
    content_app_hosts bigint,
    users bigint,
    groups bigint,
    domains bigint,
    custom_access_policies bigint,
    custom_roles bigint,
    report text not null,
    primary key (report_key)
);
create index fct_telemetry_reports__day on {{ mart }}.fct_telemetry_reports (instance, reported_on);
create index fct_telemetry_reports__system on {{ mart }}.fct_telemetry_reports (system_key, reported_on);

create table {{ mart }}.fct_telemetry_components (
    report_key text not null,
    instance text not null,
    reported_on date not null,
    system_key text not null,
    is_counted boolean not null,
    is_persistent boolean not null,
    component text not null,
    version text not null,
    release text not null,
    major bigint,
    minor bigint,
    primary key (report_key, component)
);
create index fct_telemetry_components__day on {{ mart }}.fct_telemetry_components (instance, reported_on);

create table {{ mart }}.agg_telemetry_daily (
    instance text not null,
    reported_on date not null,
    received_reports bigint not null,
    duplicate_reports bigint not null,
    dropped_reports bigint not null,
    systems bigint not null,
    persistent_systems bigint not null,
    dropped_systems bigint not null,
    new_systems bigint not null,
    bad_lines bigint not null,
    primary key (instance, reported_on)
);

create table {{ mart }}.agg_telemetry_daily_ages (
    instance text not null,
    reported_on date not null,
    age_days bigint not null,
    first_seen_on date not null,
    systems bigint not null,
    primary key (instance, reported_on, age_days)
);

create table {{ mart }}.agg_telemetry_daily_components (
    instance text not null,
    reported_on date not null,
    component text not null,
    precision text not null,
    version text not null,
    major bigint,
    minor bigint,
    systems bigint not null,
    primary key (instance, reported_on, component, precision, version)
);

create table {{ mart }}.agg_telemetry_daily_databases (
    instance text not null,
    reported_on date not null,
    database_version bigint not null,
    database_version_text text not null,
    systems bigint not null,
    primary key (instance, reported_on, database_version)
);

create table {{ mart }}.agg_telemetry_daily_services (
    instance text not null,
    reported_on date not null,
    service text not null,
    average double precision,
    systems bigint not null,
    primary key (instance, reported_on, service)
);

create table {{ mart }}.agg_telemetry_daily_numbers (
    instance text not null,
    reported_on date not null,
    measure text not null,
    number bigint not null,
    systems bigint not null,
    primary key (instance, reported_on, measure, number)
);

-- migrate:down
drop table {{ mart }}.agg_telemetry_daily_numbers;

drop table {{ mart }}.agg_telemetry_daily_services;

drop table {{ mart }}.agg_telemetry_daily_databases;

drop table {{ mart }}.agg_telemetry_daily_components;

drop table {{ mart }}.agg_telemetry_daily_ages;

drop table {{ mart }}.agg_telemetry_daily;

drop table {{ mart }}.fct_telemetry_components;

drop table {{ mart }}.fct_telemetry_reports;

drop table {{ mart }}.fct_telemetry_posts;

drop table {{ ops }}.ops_telemetry_settings;

drop table {{ mart }}.dim_telemetry_systems;
