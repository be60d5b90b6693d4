-- migrate:up
create table if not exists {{ published('fct_deployments') }}{{ on_cluster }} (
    deployment_key String,
    instance LowCardinality(String),
    deployment_id String,
    deployment_kind LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    environment LowCardinality(String),
    is_production Bool,
    name Nullable(String),
    url Nullable(String),
    ref_name Nullable(String),
    commit_oid Nullable(String),
    committed_at Nullable(DateTime64(6, 'UTC')),
    created_at DateTime64(6, 'UTC'),
    started_at DateTime64(6, 'UTC'),
    finished_at Nullable(DateTime64(6, 'UTC')),
    status LowCardinality(String),
    is_failed Bool,
    source_state LowCardinality(Nullable(String)),
    creator_key Nullable(String),
    creator_login Nullable(String),
    updated_at DateTime64(6, 'UTC'),
    missing_reason LowCardinality(Nullable(String)),
    missing_since Nullable(DateTime64(6, 'UTC'))
) engine = {{ merge_tree() }} order by deployment_key;

create table if not exists {{ published('fct_deployment_statuses') }}{{ on_cluster }} (
    status_key String,
    deployment_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    status_id String,
    status LowCardinality(String),
    happened_at DateTime64(6, 'UTC'),
    environment LowCardinality(Nullable(String)),
    description Nullable(String),
    creator_key Nullable(String)
) engine = {{ merge_tree() }} order by (deployment_key, status_key);

create table if not exists {{ published('fct_incidents') }}{{ on_cluster }} (
    incident_key String,
    issue_key String,
    instance LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    readable_id String,
    title String,
    told_by LowCardinality(String),
    created_at DateTime64(6, 'UTC'),
    resolved_at Nullable(DateTime64(6, 'UTC')),
    outcome LowCardinality(Nullable(String))
) engine = {{ merge_tree() }} order by (issue_key, incident_key);

create table if not exists {{ published('fct_issue_events') }}{{ on_cluster }} (
    event_key String,
    issue_key String,
    instance LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    event_id String,
    event_order Int64,
    kind LowCardinality(String),
    is_known_kind Bool,
    happened_at Nullable(DateTime64(6, 'UTC')),
    actor_key Nullable(String),
    actor_login Nullable(String),
    subject_id Nullable(String),
    subject_kind LowCardinality(Nullable(String)),
    old_value Nullable(String),
    new_value Nullable(String),
    state LowCardinality(Nullable(String)),
    commit_oid Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, event_key);

create table if not exists {{ published('fct_issue_transfers') }}{{ on_cluster }} (
    transfer_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    event_order Nullable(Int64),
    transferred_at Nullable(DateTime64(6, 'UTC')),
    from_project_key Nullable(String),
    to_project_key Nullable(String),
    actor_key Nullable(String),
    moved_to_id Nullable(String),
    moved_to_key Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, transfer_key);

create table if not exists {{ published('fct_pull_requests') }}{{ on_cluster }} (
    pull_request_key String,
    instance LowCardinality(String),
    pull_request_id String,
    readable_id String,
    title String,
    url Nullable(String),
    project_key Nullable(String),
    team LowCardinality(String),
    author_key Nullable(String),
    author_login Nullable(String),
    is_author_bot Bool,
    author_association LowCardinality(Nullable(String)),
    merged_by_key Nullable(String),
    outcome LowCardinality(String),
    is_draft Bool,
    is_fork Bool,
    is_in_merge_queue Bool,
    base_branch Nullable(String),
    head_branch Nullable(String),
    head_commit Nullable(String),
    merge_commit Nullable(String),
    labels Nullable(String),
    additions Nullable(Int64),
    deletions Nullable(Int64),
    changed_files Nullable(Int64),
    size_class LowCardinality(Nullable(String)),
    commits Nullable(Int64),
    comments Nullable(Int64),
    reviews Int64,
    reviewers Int64,
    review_rounds Int64,
    review_decision LowCardinality(Nullable(String)),
    checks_state LowCardinality(Nullable(String)),
    created_at DateTime64(6, 'UTC'),
    updated_at DateTime64(6, 'UTC'),
    first_commit_at Nullable(DateTime64(6, 'UTC')),
    ready_at Nullable(DateTime64(6, 'UTC')),
    review_requested_at Nullable(DateTime64(6, 'UTC')),
    first_review_at Nullable(DateTime64(6, 'UTC')),
    approved_at Nullable(DateTime64(6, 'UTC')),
    merged_at Nullable(DateTime64(6, 'UTC')),
    merge_committed_at Nullable(DateTime64(6, 'UTC')),
    closed_at Nullable(DateTime64(6, 'UTC')),
    waits_from Nullable(DateTime64(6, 'UTC')),
    time_to_first_review_seconds Nullable(Int64),
    working_time_to_first_review_seconds Nullable(Int64),
    time_to_merge_seconds Nullable(Int64),
    missing_reason LowCardinality(Nullable(String)),
    missing_since Nullable(DateTime64(6, 'UTC'))
) engine = {{ merge_tree() }} order by pull_request_key;

create table if not exists {{ published('fct_pull_request_steps') }}{{ on_cluster }} (
    step_key String,
    pull_request_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    size_class LowCardinality(Nullable(String)),
    sequence Int64,
    step LowCardinality(String),
    entered_at DateTime64(6, 'UTC'),
    left_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool,
    duration_seconds Nullable(Int64),
    working_duration_seconds Nullable(Int64),
    calendar_key LowCardinality(Nullable(String))
) engine = {{ merge_tree() }} order by (pull_request_key, step_key);

create table if not exists {{ published('fct_reviews') }}{{ on_cluster }} (
    review_key String,
    pull_request_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    size_class LowCardinality(Nullable(String)),
    review_id String,
    reviewer_key Nullable(String),
    reviewer_login Nullable(String),
    is_bot Bool,
    is_author Bool,
    is_review_by_person Bool,
    state LowCardinality(Nullable(String)),
    submitted_at DateTime64(6, 'UTC'),
    dismissed_at Nullable(DateTime64(6, 'UTC')),
    review_round Nullable(Int64),
    comments Int64,
    commit_oid Nullable(String)
) engine = {{ merge_tree() }} order by (pull_request_key, review_key);

create table if not exists {{ published('fct_pull_request_events') }}{{ on_cluster }} (
    event_key String,
    pull_request_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    event_id String,
    event_order Int64,
    kind LowCardinality(String),
    is_known_kind Bool,
    happened_at Nullable(DateTime64(6, 'UTC')),
    actor_key Nullable(String),
    actor_login Nullable(String),
    subject_id Nullable(String),
    subject_kind LowCardinality(Nullable(String)),
    old_value Nullable(String),
    new_value Nullable(String),
    state LowCardinality(Nullable(String)),
    commit_oid Nullable(String)
) engine = {{ merge_tree() }} order by (pull_request_key, event_key);

create table if not exists {{ published('fct_pull_request_links') }}{{ on_cluster }} (
    link_key String,
    pull_request_key String,
    instance LowCardinality(String),
    link_type LowCardinality(String),
    target_ref String,
    issue_key Nullable(String)
) engine = {{ merge_tree() }} order by (pull_request_key, link_key);

create table if not exists {{ published('ops_pull_request_findings') }}{{ on_cluster }} (
    finding_key String,
    pull_request_key String,
    instance LowCardinality(String),
    rule LowCardinality(String),
    detail String
) engine = {{ merge_tree() }} order by (pull_request_key, finding_key);

create table if not exists {{ published('fct_memberships') }}{{ on_cluster }} (
    membership_key String,
    instance LowCardinality(String),
    organization LowCardinality(Nullable(String)),
    user_key String,
    login Nullable(String),
    role LowCardinality(String),
    teams Nullable(String),
    seen_from DateTime64(6, 'UTC'),
    seen_until DateTime64(6, 'UTC'),
    is_current Bool
) engine = {{ merge_tree() }} order by membership_key;

-- migrate:down
drop view if exists {{ mart }}.fct_memberships{{ on_cluster }};
drop table if exists {{ published('fct_memberships') }}{{ on_cluster }} sync;

drop view if exists {{ ops }}.ops_pull_request_findings{{ on_cluster }};
drop table if exists {{ published('ops_pull_request_findings') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_pull_request_links{{ on_cluster }};
drop table if exists {{ published('fct_pull_request_links') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_pull_request_events{{ on_cluster }};
drop table if exists {{ published('fct_pull_request_events') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_reviews{{ on_cluster }};
drop table if exists {{ published('fct_reviews') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_pull_request_steps{{ on_cluster }};
drop table if exists {{ published('fct_pull_request_steps') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_pull_requests{{ on_cluster }};
drop table if exists {{ published('fct_pull_requests') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_transfers{{ on_cluster }};
drop table if exists {{ published('fct_issue_transfers') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_events{{ on_cluster }};
drop table if exists {{ published('fct_issue_events') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_incidents{{ on_cluster }};
drop table if exists {{ published('fct_incidents') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_deployment_statuses{{ on_cluster }};
drop table if exists {{ published('fct_deployment_statuses') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_deployments{{ on_cluster }};
drop table if exists {{ published('fct_deployments') }}{{ on_cluster }} sync;
