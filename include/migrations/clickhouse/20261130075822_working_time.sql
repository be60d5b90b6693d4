-- migrate:up
alter table {{ published('fct_issue_column_intervals') }}{{ on_cluster }}
    add column if not exists working_duration_seconds Nullable(Int64);

alter table {{ published('fct_issue_status_intervals') }}{{ on_cluster }}
    add column if not exists working_duration_seconds Nullable(Int64),
    add column if not exists calendar_key LowCardinality(Nullable(String));

alter table {{ published('fct_issue_status_times') }}{{ on_cluster }}
    add column if not exists working_duration_seconds Nullable(Int64);

create table if not exists {{ published('dim_calendars') }}{{ on_cluster }} (
    calendar_key LowCardinality(String),
    instance LowCardinality(String),
    calendar LowCardinality(String),
    timezone LowCardinality(String),
    covered_from DateTime64(6, 'UTC'),
    covered_to DateTime64(6, 'UTC'),
    fingerprint String
) engine = {{ merge_tree() }} order by calendar_key;

create table if not exists {{ published('dim_calendar_hours') }}{{ on_cluster }} (
    stretch_key String,
    instance LowCardinality(String),
    calendar_key LowCardinality(String),
    worked_on Date,
    opens_at DateTime64(6, 'UTC'),
    closes_at DateTime64(6, 'UTC'),
    working_seconds_before Int64
) engine = {{ merge_tree() }} order by (calendar_key, opens_at);

create table if not exists {{ published('dim_team_calendars') }}{{ on_cluster }} (
    team_calendar_key String,
    instance LowCardinality(String),
    team LowCardinality(Nullable(String)),
    calendar_key LowCardinality(String)
) engine = {{ merge_tree() }} order by team_calendar_key;

-- migrate:down
drop view if exists {{ mart }}.dim_team_calendars{{ on_cluster }};
drop table if exists {{ published('dim_team_calendars') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.dim_calendar_hours{{ on_cluster }};
drop table if exists {{ published('dim_calendar_hours') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.dim_calendars{{ on_cluster }};
drop table if exists {{ published('dim_calendars') }}{{ on_cluster }} sync;

alter table {{ published('fct_issue_status_times') }}{{ on_cluster }}
    drop column if exists working_duration_seconds;

alter table {{ published('fct_issue_status_intervals') }}{{ on_cluster }}
    drop column if exists calendar_key,
    drop column if exists working_duration_seconds;

alter table {{ published('fct_issue_column_intervals') }}{{ on_cluster }}
    drop column if exists working_duration_seconds;
