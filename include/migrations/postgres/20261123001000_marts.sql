-- migrate:up
create table {{ mart }}.dim_projects (
    project_key text not null,
    instance text not null,
    project_id text not null,
    name text not null,
    slug text,
    team text not null,
    parent_project_key text,
    is_milestone boolean not null,
    milestone_number bigint,
    status text,
    is_known boolean not null,
    created_at timestamptz,
    primary key (project_key)
);

create table {{ mart }}.dim_users (
    user_key text not null,
    instance text not null,
    user_id text not null,
    username text,
    display_name text,
    user_type text not null,
    is_active boolean,
    is_known boolean not null,
    primary key (user_key)
);

create table {{ mart }}.dim_statuses (
    status_key text not null,
    instance text not null,
    status_id text not null,
    name text not null,
    category text not null,
    is_waiting boolean not null,
    is_closed boolean,
    is_known boolean not null,
    primary key (status_key)
);

create table {{ mart }}.dim_board_columns (
    column_key text not null,
    instance text not null,
    column_id text not null,
    board_key text not null,
    name text not null,
    position bigint,
    is_default boolean not null,
    is_hidden boolean not null,
    proxy_project_key text,
    primary key (column_key)
);

create table {{ mart }}.fct_issues (
    issue_key text not null,
    instance text not null,
    issue_id text not null,
    readable_id text not null,
    title text not null,
    url text,
    project_key text,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    status_key text not null,
    status_name text not null,
    status_category text not null,
    priority text,
    estimate double precision,
    author_key text,
    assignee_key text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,
    custom_fields text,
    primary key (issue_key)
);
create index fct_issues__status on {{ mart }}.fct_issues (status_key);
create index fct_issues__project on {{ mart }}.fct_issues (project_key);

create table {{ mart }}.fct_issue_changes (
    change_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    changed_at timestamptz not null,
    event_id text not null,
    event_order bigint not null,
    field text not null,
    old_value text,
    new_value text,
    actor_key text,
    primary key (change_key)
);
create index fct_issue_changes__issue on {{ mart }}.fct_issue_changes (issue_key);
create index fct_issue_changes__project_came on {{ mart }}.fct_issue_changes (instance, new_value) where field = 'project';
create index fct_issue_changes__project_left on {{ mart }}.fct_issue_changes (instance, old_value) where field = 'project';

create table {{ mart }}.fct_issue_status_intervals (
    interval_key text not null,
    issue_key text not null,
    instance text not null,
    project_key text,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    sequence bigint not null,
    status_key text not null,
    status_name text not null,
    status_category text not null,
    is_waiting boolean not null,
    entered_at timestamptz not null,
    left_at timestamptz,
    is_current boolean not null,
    is_clock_stopped boolean not null,
    duration_seconds bigint,
    entered_by_key text,
    primary key (interval_key)
);
create index fct_issue_status_intervals__issue on {{ mart }}.fct_issue_status_intervals (issue_key);
create index fct_issue_status_intervals__status on {{ mart }}.fct_issue_status_intervals (status_key);

create table {{ mart }}.fct_issue_status_times (
    status_time_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    status_key text not null,
    status_name text not null,
    status_category text not null,
    visits bigint not null,
    duration_seconds bigint not null,
    first_entered_at timestamptz not null,
    last_left_at timestamptz,
    is_current boolean not null,
    primary key (status_time_key)
);
create index fct_issue_status_times__issue on {{ mart }}.fct_issue_status_times (issue_key);

create table {{ mart }}.fct_issue_column_intervals (
    interval_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    board_key text not null,
    board_name text not null,
    column_key text not null,
    column_name text not null,
    sequence bigint not null,
    entered_at timestamptz not null,
    left_at timestamptz,
    is_current boolean not null,
    duration_seconds bigint,
    entered_by_key text,
    primary key (interval_key)
);
create index fct_issue_column_intervals__issue on {{ mart }}.fct_issue_column_intervals (issue_key);
create index fct_issue_column_intervals__column on {{ mart }}.fct_issue_column_intervals (column_key);
create index fct_issue_column_intervals__board on {{ mart }}.fct_issue_column_intervals (board_key);

create table {{ mart }}.fct_issue_flow (
    issue_key text not null,
    instance text not null,
    project_key text,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    created_at timestamptz not null,
    first_started_at timestamptz,
    last_started_at timestamptz,
    first_done_at timestamptz,
    last_done_at timestamptz,
    is_done boolean not null,
    lead_time_seconds bigint,
    first_start_first_done_seconds bigint,
    first_start_last_done_seconds bigint,
    last_start_last_done_seconds bigint,
    active_seconds bigint,
    waiting_seconds bigint,
    cycle_time_seconds bigint,
    flow_efficiency double precision,
    reopen_count bigint not null,
    primary key (issue_key)
);
create index fct_issue_flow__done on {{ mart }}.fct_issue_flow (instance, last_done_at);

create table {{ ops }}.ops_data_quality (
    finding_key text not null,
    instance text not null,
    issue_key text not null,
    rule text not null,
    detail text not null,
    primary key (finding_key)
);
create index ops_data_quality__issue on {{ ops }}.ops_data_quality (issue_key);
create index ops_data_quality__rule on {{ ops }}.ops_data_quality (instance, rule);

-- migrate:down
drop table {{ ops }}.ops_data_quality;
drop table {{ mart }}.fct_issue_flow;
drop table {{ mart }}.fct_issue_column_intervals;
drop table {{ mart }}.fct_issue_status_times;
drop table {{ mart }}.fct_issue_status_intervals;
drop table {{ mart }}.fct_issue_changes;
drop table {{ mart }}.fct_issues;
drop table {{ mart }}.dim_board_columns;
drop table {{ mart }}.dim_statuses;
drop table {{ mart }}.dim_users;
drop table {{ mart }}.dim_projects;
