-- migrate:up
create table if not exists {{ published('fct_issue_edges') }}{{ on_cluster }} (
    edge_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    edge_kind LowCardinality(String),
    other_issue_key String,
    sequence Int64,
    added_at DateTime64(6, 'UTC'),
    removed_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool,
    duration_seconds Nullable(Int64),
    added_by_key Nullable(String),
    removed_by_key Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, edge_key);

create table if not exists {{ published('fct_issue_unblocks') }}{{ on_cluster }} (
    unblock_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    blocker_key String,
    happened_at DateTime64(6, 'UTC'),
    event_order Int64,
    actor_key Nullable(String),
    old_status_id LowCardinality(Nullable(String)),
    new_status_id LowCardinality(String),
    is_resolved Bool,
    new_status_key LowCardinality(String)
) engine = {{ merge_tree() }} order by (issue_key, unblock_key);

create table if not exists {{ published('fct_issue_mentions') }}{{ on_cluster }} (
    mention_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    username String,
    mentioned_at DateTime64(6, 'UTC'),
    event_order Int64,
    author_key Nullable(String)
) engine = {{ merge_tree() }} order by (issue_key, mention_key);

create table if not exists {{ published('fct_issue_project_stays') }}{{ on_cluster }} (
    stay_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    project_key String,
    sequence Int64,
    came_at DateTime64(6, 'UTC'),
    left_at Nullable(DateTime64(6, 'UTC')),
    is_current Bool,
    duration_seconds Nullable(Int64)
) engine = {{ merge_tree() }} order by (issue_key, stay_key);

create table if not exists {{ published('fct_release_tasks') }}{{ on_cluster }} (
    release_key String,
    issue_key String,
    instance LowCardinality(String),
    project_key Nullable(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    readable_id String,
    title String,
    release_version Nullable(String),
    conductor_key Nullable(String),
    backup_conductor_key Nullable(String),
    train_on Nullable(Date),
    train_weekday Nullable(Int64),
    status_key LowCardinality(String),
    is_done Bool,
    outcome LowCardinality(Nullable(String)),
    created_at DateTime64(6, 'UTC'),
    begun_at Nullable(DateTime64(6, 'UTC')),
    finished_at Nullable(DateTime64(6, 'UTC')),
    commenters Int64,
    mentioners Int64,
    unblockers Int64,
    resolvers Int64,
    blockers Int64,
    standing_blockers Int64
) engine = {{ merge_tree() }} order by release_key;

create table if not exists {{ published('fct_release_blockers') }}{{ on_cluster }} (
    release_blocker_key String,
    issue_key String,
    instance LowCardinality(String),
    team LowCardinality(String),
    issue_type LowCardinality(String),
    sprint LowCardinality(Nullable(String)),
    quarter LowCardinality(Nullable(String)),
    release_version Nullable(String),
    blocker_key String,
    blocker_kind LowCardinality(String),
    sequence Int64,
    added_at DateTime64(6, 'UTC'),
    added_by_key Nullable(String),
    removed_at Nullable(DateTime64(6, 'UTC')),
    removed_by_key Nullable(String),
    unblocked_at Nullable(DateTime64(6, 'UTC')),
    unblocked_by_key Nullable(String),
    resolved_status_key LowCardinality(Nullable(String)),
    blocked_until_at Nullable(DateTime64(6, 'UTC')),
    blocked_seconds Nullable(Int64)
) engine = {{ merge_tree() }} order by (issue_key, release_blocker_key);

-- migrate:down
drop view if exists {{ mart }}.fct_release_blockers{{ on_cluster }};
drop table if exists {{ published('fct_release_blockers') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_release_tasks{{ on_cluster }};
drop table if exists {{ published('fct_release_tasks') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_project_stays{{ on_cluster }};
drop table if exists {{ published('fct_issue_project_stays') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_mentions{{ on_cluster }};
drop table if exists {{ published('fct_issue_mentions') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_unblocks{{ on_cluster }};
drop table if exists {{ published('fct_issue_unblocks') }}{{ on_cluster }} sync;

drop view if exists {{ mart }}.fct_issue_edges{{ on_cluster }};
drop table if exists {{ published('fct_issue_edges') }}{{ on_cluster }} sync;
