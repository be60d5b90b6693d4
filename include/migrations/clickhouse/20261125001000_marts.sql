-- migrate:up
-- An empty version of every published table (docs/adr/0011), sorted by what publishing looks rows
-- up by, and the view that shows its latest version. No partitions: a run's issues lie
-- anywhere in time, and what could be a partition changes.
create table if not exists {{ published('dim_projects') }}{{ on_cluster }} (
    project_key String,
    instance LowCardinality(String),
    project_id String,
    name String,
    slug Nullable(String),
    team LowCardinality(String),
    parent_project_key Nullable(String),
    is_milestone Bool,
    milestone_number Nullable(Int64),
    status LowCardinality(Nullable(String)),
    is_known Bool,
    created_at Nullable(DateTime64(6, 'UTC'))
) engine = {{ merge_tree() }} order by project_key;

create or replace view {{ mart }}.dim_projects{{ on_cluster }} as {{ current('dim_projects') }};

create table if not exists {{ published('dim_users') }}{{ on_cluster }} (
    user_key String,
    instance LowCardinality(String),
    user_id String,
    username Nullable(String),
    display_name Nullable(String),
    user_type LowCardinality(String),
    is_active Nullable(Bool),
    is_known Bool
) engine = {{ merge_tree() }} order by user_key;

create or replace view {{ mart }}.dim_users{{ on_cluster }} as {{ current('dim_users') }};

create table if not exists {{ published('dim_statuses') }}{{ on_cluster }} (
    status_key LowCardinality(String),
    instance LowCardinality(String),
    status_id String,
    name String,
    category LowCardinality(String),
    is_waiting Bool,
    is_closed Nullable(Bool),
    is_known Bool
) engine = {{ merge_tree() }} order by status_key;

create or replace view {{ mart }}.dim_statuses{{ on_cluster }} as {{ current('dim_statuses') }};

create table if not exists {{ published('dim_board_columns') }}{{ on_cluster }} (
    column_key String,
    instance LowCardinality(String),
    column_id String,
    board_key String,
    name String,
    position Nullable(Int64),
    is_default Bool,
    is_hidden Bool,
    proxy_project_key Nullable(String)
) engine = {{ merge_tree() }} order by column_key;

create or replace view {{ mart }}.dim_board_columns{{ on_cluster }} as {{ current('dim_board_columns') }};

create table if not exists {{ published('fct_issues') }}{{ on_cluster }} (
    issue_key String,
    instance LowCardinality(String),
    issue_id String,
    readable_id String,
    title String,
    url Nullable(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    status_key LowCardinality(String),
    status_name LowCardinality(String),
    status_category LowCardinality(String),
    priority LowCardinality(Nullable(String)),
    estimate Nullable(Float64),
    author_key Nullable(String),
    assignee_key Nullable(String),
    created_at DateTime64(6, 'UTC'),
    updated_at DateTime64(6, 'UTC'),
    closed_at Nullable(DateTime64(6, 'UTC')),
    custom_fields Nullable(String)
) engine = {{ merge_tree() }} order by issue_key;

create or replace view {{ mart }}.fct_issues{{ on_cluster }} as {{ current('fct_issues') }};

create table if not exists {{ published('fct_issue_changes') }}{{ on_cluster }} (
    change_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    changed_at DateTime64(6, 'UTC'),
    event_id String,
    event_order Int64,
    field LowCardinality(String),
    old_value Nullable(String),
    new_value Nullable(String),
    actor_key Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, change_key);

create or replace view {{ mart }}.fct_issue_changes{{ on_cluster }} as {{ current('fct_issue_changes') }};

create table if not exists {{ published('fct_issue_status_intervals') }}{{ on_cluster }} (
    interval_key String,
    issue_key String,
    instance LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    sequence Int64,
    status_key LowCardinality(String),
    status_name LowCardinality(String),
    status_category LowCardinality(String),
    is_waiting Bool,
    entered_at DateTime64(6, 'UTC'),
    left_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool,
    is_clock_stopped Bool,
    duration_seconds Nullable(Int64),
    entered_by_key Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, sequence);

create or replace view {{ mart }}.fct_issue_status_intervals{{ on_cluster }} as {{ current('fct_issue_status_intervals') }};

create table if not exists {{ published('fct_issue_status_times') }}{{ on_cluster }} (
    status_time_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    status_key LowCardinality(String),
    status_name LowCardinality(String),
    status_category LowCardinality(String),
    visits Int64,
    duration_seconds Int64,
    first_entered_at DateTime64(6, 'UTC'),
    last_left_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool
) engine = {{ merge_tree() }} order by (issue_key, status_key);

create or replace view {{ mart }}.fct_issue_status_times{{ on_cluster }} as {{ current('fct_issue_status_times') }};

create table if not exists {{ published('fct_issue_column_intervals') }}{{ on_cluster }} (
    interval_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    board_key String,
    board_name LowCardinality(String),
    column_key String,
    column_name LowCardinality(String),
    sequence Int64,
    entered_at DateTime64(6, 'UTC'),
    left_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool,
    duration_seconds Nullable(Int64),
    entered_by_key Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, board_key, sequence);

create or replace view {{ mart }}.fct_issue_column_intervals{{ on_cluster }} as {{ current('fct_issue_column_intervals') }};

create table if not exists {{ published('fct_issue_flow') }}{{ on_cluster }} (
    issue_key String,
    instance LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    created_at DateTime64(6, 'UTC'),
    first_started_at Nullable(DateTime64(6, 'UTC')),
    last_started_at Nullable(DateTime64(6, 'UTC')),
    first_done_at Nullable(DateTime64(6, 'UTC')),
    last_done_at Nullable(DateTime64(6, 'UTC')),
    is_done Bool,
    lead_time_seconds Nullable(Int64),
    first_start_first_done_seconds Nullable(Int64),
    first_start_last_done_seconds Nullable(Int64),
    last_start_last_done_seconds Nullable(Int64),
    active_seconds Nullable(Int64),
    waiting_seconds Nullable(Int64),
    cycle_time_seconds Nullable(Int64),
    flow_efficiency Nullable(Float64),
    reopen_count Int64
) engine = {{ merge_tree() }} order by issue_key;

create or replace view {{ mart }}.fct_issue_flow{{ on_cluster }} as {{ current('fct_issue_flow') }};

create table if not exists {{ published('ops_data_quality') }}{{ on_cluster }} (
    finding_key String,
    instance LowCardinality(String),
    issue_key String,
    rule LowCardinality(String),
    detail String
) engine = {{ merge_tree() }} order by (issue_key, finding_key);

create or replace view {{ ops }}.ops_data_quality{{ on_cluster }} as {{ current('ops_data_quality') }};

create table if not exists {{ published('ops_issue_projects') }}{{ on_cluster }} (
    issue_key String,
    instance LowCardinality(String),
    project_key String
) engine = {{ merge_tree() }} order by (issue_key, project_key);

create or replace view {{ ops }}.ops_issue_projects{{ on_cluster }} as {{ current('ops_issue_projects') }};

-- migrate:down
drop view if exists {{ ops }}.ops_issue_projects{{ on_cluster }};
drop table if exists {{ published('ops_issue_projects') }}{{ on_cluster }} sync;
drop view if exists {{ ops }}.ops_data_quality{{ on_cluster }};
drop table if exists {{ published('ops_data_quality') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.fct_issue_flow{{ on_cluster }};
drop table if exists {{ published('fct_issue_flow') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.fct_issue_column_intervals{{ on_cluster }};
drop table if exists {{ published('fct_issue_column_intervals') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.fct_issue_status_times{{ on_cluster }};
drop table if exists {{ published('fct_issue_status_times') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.fct_issue_status_intervals{{ on_cluster }};
drop table if exists {{ published('fct_issue_status_intervals') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.fct_issue_changes{{ on_cluster }};
drop table if exists {{ published('fct_issue_changes') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.fct_issues{{ on_cluster }};
drop table if exists {{ published('fct_issues') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.dim_board_columns{{ on_cluster }};
drop table if exists {{ published('dim_board_columns') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.dim_statuses{{ on_cluster }};
drop table if exists {{ published('dim_statuses') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.dim_users{{ on_cluster }};
drop table if exists {{ published('dim_users') }}{{ on_cluster }} sync;
drop view if exists {{ mart }}.dim_projects{{ on_cluster }};
drop table if exists {{ published('dim_projects') }}{{ on_cluster }} sync;
