-- migrate:up
create sequence {{ ops }}.generation;

create table {{ ops }}.ops_runs (
    instance text not null,
    run_id text not null,
    batch_id text not null,
    source text not null,
    run_type text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    status text not null check (status in ('running', 'OK', 'NOK')),
    error text,
    issues bigint,
    requests bigint,
    generation bigint,
    publications_seen bigint,
    config_hash text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (instance, run_id)
);

create table {{ ops }}.ops_ledger (
    instance text not null,
    run_id text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    layer text not null check (layer in ('landing', 'raw', 'stage', 'mart')),
    subject text not null,
    expected_rows bigint,
    actual_rows bigint not null,
    is_balanced boolean not null,
    recorded_at timestamptz not null,
    primary key (instance, run_id, layer, subject)
);

-- The generation that an issue's published rows come from: an older batch leaves it alone.
create table {{ ops }}.published_issues (
    instance text not null,
    issue_key text not null,
    generation bigint not null,
    primary key (instance, issue_key)
);

-- How often an instance was published. A batch that finds more than it saw when it was built, and
-- other dimension rows than its own, is built again.
create table {{ ops }}.publications (
    instance text not null primary key,
    publications bigint not null
);

-- migrate:down
drop table {{ ops }}.publications;
drop table {{ ops }}.published_issues;
drop table {{ ops }}.ops_ledger;
drop table {{ ops }}.ops_runs;
drop sequence {{ ops }}.generation;
