-- migrate:up
create table if not exists {{ published('fct_issue_assignments') }}{{ on_cluster }} (
    assignment_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    sequence Int64,
    assignee_key String,
    assigned_at DateTime64(6, 'UTC'),
    released_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool,
    duration_seconds Nullable(Int64)
) engine = {{ merge_tree() }} order by (issue_key, sequence);

create table if not exists {{ published('fct_issue_participants') }}{{ on_cluster }} (
    participant_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    user_key String,
    first_active_at Nullable(DateTime64(6, 'UTC')),
    last_active_at Nullable(DateTime64(6, 'UTC')),
    changes Int64,
    is_author Bool,
    is_assignee Bool
) engine = {{ merge_tree() }} order by (issue_key, participant_key);

create table if not exists {{ published('ops_issue_contributions') }}{{ on_cluster }} (
    contribution_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    user_key String,
    active_on Date,
    week_on Date
) engine = {{ merge_tree() }} order by (issue_key, contribution_key);

create table if not exists {{ published('dim_team_members') }}{{ on_cluster }} (
    member_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    user_ref String,
    user_key String,
    is_known Bool,
    valid_from Nullable(Date),
    valid_to Nullable(Date)
) engine = {{ merge_tree() }} order by member_key;

-- migrate:down
drop view if exists {{ ops }}.ops_contributors_daily{{ on_cluster }};

drop view if exists {{ mart }}.dim_team_members{{ on_cluster }};
drop table if exists {{ published('dim_team_members') }}{{ on_cluster }} sync;

drop view if exists {{ ops }}.ops_issue_contributions{{ on_cluster }};
drop table if exists {{ published('ops_issue_contributions') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_participants{{ on_cluster }};
drop table if exists {{ published('fct_issue_participants') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_assignments{{ on_cluster }};
drop table if exists {{ published('fct_issue_assignments') }}{{ on_cluster }} sync;
