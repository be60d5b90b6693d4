-- migrate:up
-- Empty until the next batch of a YouTrack instance, which rebuilds all issues of projects once.
create table if not exists {{ published('ops_project_fields') }}{{ on_cluster }} (
    project_field_key String,
    instance LowCardinality(String),
    project_key String,
    field_id Nullable(String),
    name Nullable(String),
    field_type LowCardinality(Nullable(String)),
    place Nullable(Int64)
) engine = {{ merge_tree() }} order by project_field_key;

create table if not exists {{ published('ops_sprint_projects') }}{{ on_cluster }} (
    sprint_project_key String,
    instance LowCardinality(String),
    sprint_key String,
    project_key String
) engine = {{ merge_tree() }} order by sprint_project_key;

-- migrate:down
drop view if exists {{ ops }}.ops_sprint_projects{{ on_cluster }};
drop table if exists {{ published('ops_sprint_projects') }}{{ on_cluster }} sync;

drop view if exists {{ ops }}.ops_project_fields{{ on_cluster }};
drop table if exists {{ published('ops_project_fields') }}{{ on_cluster }} sync;
