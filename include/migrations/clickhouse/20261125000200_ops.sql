-- migrate:up
-- Rows of ops tables are replaced by newer versions of themselves; views show the latest ones.
create table if not exists {{ ops }}.ops_runs_versions{{ on_cluster }} (
    instance LowCardinality(String),
    run_id String,
    batch_id String,
    source LowCardinality(String),
    run_type LowCardinality(String),
    window_start DateTime64(6, 'UTC'),
    window_end DateTime64(6, 'UTC'),
    status LowCardinality(String),
    error Nullable(String),
    issues Nullable(Int64),
    requests Nullable(Int64),
    generation Nullable(Int64),
    publications_seen Nullable(Int64),
    config_hash String,
    started_at DateTime64(6, 'UTC'),
    finished_at Nullable(DateTime64(6, 'UTC')),
    written_at DateTime64(6, 'UTC') default now64(6, 'UTC'),
    constraint known_status check status in ('running', 'OK', 'NOK')
) engine = {{ merge_tree('Replacing', 'written_at') }} order by (instance, run_id);

create or replace view {{ ops }}.ops_runs{{ on_cluster }} as
select * except written_at from {{ ops }}.ops_runs_versions final;

create table if not exists {{ ops }}.ops_ledger_versions{{ on_cluster }} (
    instance LowCardinality(String),
    run_id String,
    window_start DateTime64(6, 'UTC'),
    window_end DateTime64(6, 'UTC'),
    layer LowCardinality(String),
    subject String,
    expected_rows Nullable(Int64),
    actual_rows Int64,
    is_balanced Bool,
    recorded_at DateTime64(6, 'UTC'),
    written_at DateTime64(6, 'UTC') default now64(6, 'UTC'),
    constraint known_layer check layer in ('landing', 'raw', 'stage', 'mart')
) engine = {{ merge_tree('Replacing', 'written_at') }} order by (instance, run_id, layer, subject);

create or replace view {{ ops }}.ops_ledger{{ on_cluster }} as
select * except written_at from {{ ops }}.ops_ledger_versions final;

-- A row for every publication; readers see the highest one. Its base is the one that it was cloned
-- from: a publisher whose row is no later one's base knows that it was overtaken.
create table if not exists {{ ops }}.publications{{ on_cluster }} (
    publication Int64,
    base Int64,
    instance LowCardinality(String),
    published_at DateTime64(6, 'UTC')
) engine = {{ merge_tree() }} order by publication;

-- The generation that an issue's published rows come from: an older batch leaves it alone.
create table if not exists {{ store }}.published_issues__p0{{ on_cluster }} (
    instance LowCardinality(String),
    issue_key String,
    generation Int64
) engine = {{ merge_tree() }} order by issue_key;

create or replace view {{ ops }}.published_issues{{ on_cluster }} as
{{ current('published_issues') }};

-- migrate:down
drop view if exists {{ ops }}.published_issues{{ on_cluster }};
drop table if exists {{ published('published_issues') }}{{ on_cluster }} sync;
drop table if exists {{ ops }}.publications{{ on_cluster }} sync;
drop view if exists {{ ops }}.ops_ledger{{ on_cluster }};
drop table if exists {{ ops }}.ops_ledger_versions{{ on_cluster }} sync;
drop view if exists {{ ops }}.ops_runs{{ on_cluster }};
drop table if exists {{ ops }}.ops_runs_versions{{ on_cluster }} sync;
