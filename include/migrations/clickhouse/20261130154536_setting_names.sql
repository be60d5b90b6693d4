-- migrate:up
create table if not exists {{ published('ops_setting_names') }}{{ on_cluster }} (
    setting_name_key String,
    instance LowCardinality(String),
    setting String,
    kind LowCardinality(String),
    value String,
    scope String,
    meaning String,
    target_id Nullable(String)
) engine = {{ merge_tree() }} order by setting_name_key;

-- migrate:down
drop view if exists {{ ops }}.ops_setting_names{{ on_cluster }};
drop table if exists {{ published('ops_setting_names') }}{{ on_cluster }} sync;
