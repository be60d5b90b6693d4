-- migrate:up
create table {{ mart }}.fct_issue_edges (
    edge_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    edge_kind text not null,
    other_issue_key text not null,
    sequence bigint not null,
    added_at timestamp with time zone not null,
    removed_at timestamp with time zone,
    is_current boolean not null,
    duration_seconds bigint,
    added_by_key text,
    removed_by_key text,
    primary key (edge_key)
);
create index fct_issue_edges__issue on {{ mart }}.fct_issue_edges (issue_key);
create index fct_issue_edges__other on {{ mart }}.fct_issue_edges (other_issue_key);

create table {{ mart }}.fct_issue_unblocks (
    unblock_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    blocker_key text not null,
    happened_at timestamp with time zone not null,
    event_order bigint not null,
    actor_key text,
    old_status_id text,
    new_status_id text not null,
    is_resolved boolean not null,
    new_status_key text not null,
    primary key (unblock_key)
);
create index fct_issue_unblocks__issue on {{ mart }}.fct_issue_unblocks (issue_key);

create table {{ mart }}.fct_issue_mentions (
    mention_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    username text not null,
    mentioned_at timestamp with time zone not null,
    event_order bigint not null,
    author_key text,
    primary key (mention_key)
);
create index fct_issue_mentions__issue on {{ mart }}.fct_issue_mentions (issue_key);

create table {{ mart }}.fct_issue_project_stays (
    stay_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    project_key text not null,
    sequence bigint not null,
    came_at timestamp with time zone not null,
    left_at timestamp with time zone,
    is_current boolean not null,
    duration_seconds bigint,
    primary key (stay_key)
);
create index fct_issue_project_stays__issue on {{ mart }}.fct_issue_project_stays (issue_key);
create index fct_issue_project_stays__project on {{ mart }}.fct_issue_project_stays (project_key);

create table {{ mart }}.fct_release_tasks (
    release_key text not null,
    issue_key text not null,
    instance text not null,
    project_key text,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    readable_id text not null,
    title text not null,
    release_version text,
    conductor_key text,
    backup_conductor_key text,
    train_on date,
    train_weekday bigint,
    status_key text not null,
    is_done boolean not null,
    outcome text,
    created_at timestamp with time zone not null,
    begun_at timestamp with time zone,
    finished_at timestamp with time zone,
    commenters bigint not null,
    mentioners bigint not null,
    unblockers bigint not null,
    resolvers bigint not null,
    blockers bigint not null,
    standing_blockers bigint not null,
    primary key (release_key)
);

create index fct_release_tasks__issue on {{ mart }}.fct_release_tasks (issue_key);

create table {{ mart }}.fct_release_blockers (
    release_blocker_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    sprint text,
    quarter text,
    release_version text,
    blocker_key text not null,
    blocker_kind text not null,
    sequence bigint not null,
    added_at timestamp with time zone not null,
    added_by_key text,
    removed_at timestamp with time zone,
    removed_by_key text,
    unblocked_at timestamp with time zone,
    unblocked_by_key text,
    resolved_status_key text,
    blocked_until_at timestamp with time zone,
    blocked_seconds bigint,
    primary key (release_blocker_key)
);
create index fct_release_blockers__issue on {{ mart }}.fct_release_blockers (issue_key);
create index fct_release_blockers__blocker on {{ mart }}.fct_release_blockers (blocker_key);

-- migrate:down
drop table {{ mart }}.fct_release_blockers;

drop table {{ mart }}.fct_release_tasks;

drop table {{ mart }}.fct_issue_project_stays;

drop table {{ mart }}.fct_issue_mentions;

drop table {{ mart }}.fct_issue_unblocks;

drop table {{ mart }}.fct_issue_edges;
