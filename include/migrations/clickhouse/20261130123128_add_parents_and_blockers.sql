-- migrate:up
alter table {{ published('fct_issues') }}{{ on_cluster }}
    add column if not exists parent_key Nullable(String);

create table if not exists {{ published('ops_issue_blockers') }}{{ on_cluster }} (
    issue_key String,
    instance LowCardinality(String),
    blocker_key String
) engine = {{ merge_tree() }} order by (issue_key, blocker_key);

-- migrate:down
drop view if exists {{ ops }}.ops_issue_blockers{{ on_cluster }};
drop table if exists {{ published('ops_issue_blockers') }}{{ on_cluster }} sync;

alter table {{ published('fct_issues') }}{{ on_cluster }}
    drop column if exists parent_key;
