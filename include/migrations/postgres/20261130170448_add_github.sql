-- migrate:up
create table {{ mart }}.fct_deployments (
    deployment_key text not null,
    instance text not null,
    deployment_id text not null,
    deployment_kind text not null,
    project_key text,
    team text not null,
    environment text not null,
    is_production boolean not null,
    name text,
    url text,
    ref_name text,
    commit_oid text,
    committed_at timestamp with time zone,
    created_at timestamp with time zone not null,
    started_at timestamp with time zone not null,
    finished_at timestamp with time zone,
    status text not null,
    is_failed boolean not null,
    source_state text,
    creator_key text,
    creator_login text,
    updated_at timestamp with time zone not null,
    missing_reason text,
    missing_since timestamp with time zone,
    primary key (deployment_key)
);
create index fct_deployments__project on {{ mart }}.fct_deployments (project_key);

create table {{ mart }}.fct_deployment_statuses (
    status_key text not null,
    deployment_key text not null,
    instance text not null,
    team text not null,
    status_id text not null,
    status text not null,
    happened_at timestamp with time zone not null,
    environment text,
    description text,
    creator_key text,
    primary key (status_key)
);
create index fct_deployment_statuses__deployment on {{ mart }}.fct_deployment_statuses (deployment_key);

create table {{ mart }}.fct_incidents (
    incident_key text not null,
    issue_key text not null,
    instance text not null,
    project_key text,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    readable_id text not null,
    title text not null,
    told_by text not null,
    created_at timestamp with time zone not null,
    resolved_at timestamp with time zone,
    outcome text,
    primary key (incident_key)
);
create index fct_incidents__issue on {{ mart }}.fct_incidents (issue_key);

create table {{ mart }}.fct_issue_events (
    event_key text not null,
    issue_key text not null,
    instance text not null,
    project_key text,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    event_id text not null,
    event_order bigint not null,
    kind text not null,
    is_known_kind boolean not null,
    happened_at timestamp with time zone,
    actor_key text,
    actor_login text,
    subject_id text,
    subject_kind text,
    old_value text,
    new_value text,
    state text,
    commit_oid text,
    primary key (event_key)
);
create index fct_issue_events__issue on {{ mart }}.fct_issue_events (issue_key);

create table {{ mart }}.fct_issue_transfers (
    transfer_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    event_order bigint,
    transferred_at timestamp with time zone,
    from_project_key text,
    to_project_key text,
    actor_key text,
    moved_to_id text,
    moved_to_key text,
    primary key (transfer_key)
);
create index fct_issue_transfers__issue on {{ mart }}.fct_issue_transfers (issue_key);

create table {{ mart }}.fct_pull_requests (
    pull_request_key text not null,
    instance text not null,
    pull_request_id text not null,
    readable_id text not null,
    title text not null,
    url text,
    project_key text,
    team text not null,
    author_key text,
    author_login text,
    is_author_bot boolean not null,
    author_association text,
    merged_by_key text,
    outcome text not null,
    is_draft boolean not null,
    is_fork boolean not null,
    is_in_merge_queue boolean not null,
    base_branch text,
    head_branch text,
    head_commit text,
    merge_commit text,
    labels text,
    additions bigint,
    deletions bigint,
    changed_files bigint,
    size_class text,
    commits bigint,
    comments bigint,
    reviews bigint not null,
    reviewers bigint not null,
    review_rounds bigint not null,
    review_decision text,
    checks_state text,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    first_commit_at timestamp with time zone,
    ready_at timestamp with time zone,
    review_requested_at timestamp with time zone,
    first_review_at timestamp with time zone,
    approved_at timestamp with time zone,
    merged_at timestamp with time zone,
    merge_committed_at timestamp with time zone,
    closed_at timestamp with time zone,
    waits_from timestamp with time zone,
    time_to_first_review_seconds bigint,
    working_time_to_first_review_seconds bigint,
    time_to_merge_seconds bigint,
    missing_reason text,
    missing_since timestamp with time zone,
    primary key (pull_request_key)
);
create index fct_pull_requests__project on {{ mart }}.fct_pull_requests (project_key);
create index fct_pull_requests__merged on {{ mart }}.fct_pull_requests (instance, merged_at);

create table {{ mart }}.fct_pull_request_steps (
    step_key text not null,
    pull_request_key text not null,
    instance text not null,
    team text not null,
    size_class text,
    sequence bigint not null,
    step text not null,
    entered_at timestamp with time zone not null,
    left_at timestamp with time zone,
    is_current boolean not null,
    duration_seconds bigint,
    working_duration_seconds bigint,
    calendar_key text,
    primary key (step_key)
);
create index fct_pull_request_steps__pull_request on {{ mart }}.fct_pull_request_steps (pull_request_key);

create table {{ mart }}.fct_reviews (
    review_key text not null,
    pull_request_key text not null,
    instance text not null,
    team text not null,
    size_class text,
    review_id text not null,
    reviewer_key text,
    reviewer_login text,
    is_bot boolean not null,
    is_author boolean not null,
    is_review_by_person boolean not null,
    state text,
    submitted_at timestamp with time zone not null,
    dismissed_at timestamp with time zone,
    review_round bigint,
    comments bigint not null,
    commit_oid text,
    primary key (review_key)
);
create index fct_reviews__pull_request on {{ mart }}.fct_reviews (pull_request_key);

create table {{ mart }}.fct_pull_request_events (
    event_key text not null,
    pull_request_key text not null,
    instance text not null,
    team text not null,
    event_id text not null,
    event_order bigint not null,
    kind text not null,
    is_known_kind boolean not null,
    happened_at timestamp with time zone,
    actor_key text,
    actor_login text,
    subject_id text,
    subject_kind text,
    old_value text,
    new_value text,
    state text,
    commit_oid text,
    primary key (event_key)
);
create index fct_pull_request_events__pull_request on {{ mart }}.fct_pull_request_events (pull_request_key);

create table {{ mart }}.fct_pull_request_links (
    link_key text not null,
    pull_request_key text not null,
    instance text not null,
    link_type text not null,
    target_ref text not null,
    issue_key text,
    primary key (link_key)
);
create index fct_pull_request_links__pull_request on {{ mart }}.fct_pull_request_links (pull_request_key);

create table {{ ops }}.ops_pull_request_findings (
    finding_key text not null,
    pull_request_key text not null,
    instance text not null,
    rule text not null,
    detail text not null,
    primary key (finding_key)
);
create index ops_pull_request_findings__pull_request on {{ ops }}.ops_pull_request_findings (pull_request_key);

create table {{ mart }}.fct_memberships (
    membership_key text not null,
    instance text not null,
    organization text,
    user_key text not null,
    login text,
    role text not null,
    teams text,
    seen_from timestamp with time zone not null,
    seen_until timestamp with time zone not null,
    is_current boolean not null,
    primary key (membership_key)
);

-- migrate:down
drop table {{ mart }}.fct_memberships;

drop table {{ ops }}.ops_pull_request_findings;

drop table {{ mart }}.fct_pull_request_links;

drop table {{ mart }}.fct_pull_request_events;

drop table {{ mart }}.fct_reviews;

drop table {{ mart }}.fct_pull_request_steps;

drop table {{ mart }}.fct_pull_requests;

drop table {{ mart }}.fct_issue_transfers;

drop table {{ mart }}.fct_issue_events;

drop table {{ mart }}.fct_incidents;

drop table {{ mart }}.fct_deployment_statuses;

drop table {{ mart }}.fct_deployments;
