-- migrate:up
drop view if exists {{ mart }}.v_sprint_throughput{{ on_cluster }};

alter table {{ published('dim_sprints') }}{{ on_cluster }}
    add column if not exists current_starts_at Nullable(DateTime64(6, 'UTC')),
    add column if not exists current_ends_at Nullable(DateTime64(6, 'UTC'));

-- Right once issues are rebuilt: those of dated sprints by the next run, whose sprints differ from the
-- published ones; the others by a replay.
alter table {{ published('ops_issue_projects') }}{{ on_cluster }}
    add column if not exists is_current Bool;

create table if not exists {{ published('fct_sprint_issues') }}{{ on_cluster }} (
    sprint_issue_key String,
    issue_key String,
    instance LowCardinality(String),
    sprint_key String,
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    sprint LowCardinality(String),
    quarter LowCardinality(Nullable(String)),
    was_committed Nullable(Bool),
    was_added Nullable(Bool),
    was_removed Nullable(Bool),
    was_re_estimated Nullable(Bool),
    is_completed Nullable(Bool),
    is_discarded Nullable(Bool),
    is_open_at_end Nullable(Bool),
    added_at Nullable(DateTime64(6, 'UTC')),
    removed_at Nullable(DateTime64(6, 'UTC')),
    estimate_at_start Nullable(Decimal(38, 9)),
    estimate_at_end Nullable(Decimal(38, 9))
) engine = {{ merge_tree() }} order by (sprint_key, issue_key);

-- migrate:down
drop view if exists {{ mart }}.fct_sprint_issues{{ on_cluster }};
drop table if exists {{ published('fct_sprint_issues') }}{{ on_cluster }} sync;

alter table {{ published('ops_issue_projects') }}{{ on_cluster }}
    drop column if exists is_current;

alter table {{ published('dim_sprints') }}{{ on_cluster }}
    drop column if exists current_ends_at,
    drop column if exists current_starts_at;
