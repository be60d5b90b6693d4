-- migrate:up
create table if not exists {{ published('fct_issue_status_stretches') }}{{ on_cluster }} (
    stretch_key String,
    issue_key String,
    instance LowCardinality(String),
    sequence Int64,
    team LowCardinality(String),
    issue_type LowCardinality(String),
    level LowCardinality(String),
    status_key LowCardinality(String),
    status_name LowCardinality(String),
    status_category LowCardinality(String),
    begins_at DateTime64(6, 'UTC'),
    ends_at Nullable(DateTime64(6, 'UTC')),
    is_end_of_visit Bool,
    is_clock_stopped Bool
) engine = {{ merge_tree() }} order by (issue_key, stretch_key);

-- migrate:down
drop view if exists {{ mart }}.fct_issue_status_stretches{{ on_cluster }};
drop table if exists {{ published('fct_issue_status_stretches') }}{{ on_cluster }} sync;
