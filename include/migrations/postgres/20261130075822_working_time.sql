-- migrate:up
alter table {{ mart }}.fct_issue_column_intervals
    add column working_duration_seconds bigint;

alter table {{ mart }}.fct_issue_status_intervals
    add column working_duration_seconds bigint,
    add column calendar_key text;

alter table {{ mart }}.fct_issue_status_times
    add column working_duration_seconds bigint;

create table {{ mart }}.dim_calendars (
    calendar_key text not null,
    instance text not null,
    calendar text not null,
    timezone text not null,
    covered_from timestamp with time zone not null,
    covered_to timestamp with time zone not null,
    fingerprint text not null,
    primary key (calendar_key)
);

create table {{ mart }}.dim_calendar_hours (
    stretch_key text not null,
    instance text not null,
    calendar_key text not null,
    worked_on date not null,
    opens_at timestamp with time zone not null,
    closes_at timestamp with time zone not null,
    working_seconds_before bigint not null,
    primary key (stretch_key)
);
create index dim_calendar_hours__opening on {{ mart }}.dim_calendar_hours (calendar_key, opens_at);

create table {{ mart }}.dim_team_calendars (
    team_calendar_key text not null,
    instance text not null,
    team text,
    calendar_key text not null,
    primary key (team_calendar_key)
);

-- migrate:down
drop table {{ mart }}.dim_team_calendars;

drop table {{ mart }}.dim_calendar_hours;

drop table {{ mart }}.dim_calendars;

alter table {{ mart }}.fct_issue_status_times
    drop column working_duration_seconds;

alter table {{ mart }}.fct_issue_status_intervals
    drop column calendar_key,
    drop column working_duration_seconds;

alter table {{ mart }}.fct_issue_column_intervals
    drop column working_duration_seconds;
