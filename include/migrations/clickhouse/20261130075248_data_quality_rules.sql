-- migrate:up
alter table {{ published('ops_data_quality') }}{{ on_cluster }}
    add column if not exists subject String,
    add column if not exists amount Nullable(Int64);

-- The keys of findings end in it.
alter table {{ published('ops_data_quality') }}{{ on_cluster }}
    update subject = substring(finding_key, length(issue_key) + length(rule) + 3)
    where subject = '';

create table if not exists {{ published('ops_rules') }}{{ on_cluster }} (
    rule_key String,
    instance LowCardinality(String),
    rule LowCardinality(String),
    kind LowCardinality(String),
    explanation String,
    next_step String,
    more_than Nullable(Int64),
    is_on Bool
) engine = {{ merge_tree() }} order by rule_key;

-- migrate:down
drop view if exists {{ ops }}.ops_rules{{ on_cluster }};
drop table if exists {{ published('ops_rules') }}{{ on_cluster }} sync;

alter table {{ published('ops_data_quality') }}{{ on_cluster }}
    drop column if exists amount,
    drop column if exists subject;
