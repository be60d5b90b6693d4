-- migrate:up
-- Generations are kept per entity.
create table if not exists {{ published('published_keys') }}{{ on_cluster }} (
    instance LowCardinality(String),
    entity LowCardinality(String),
    record_key String,
    generation Int64
) engine = {{ merge_tree() }} order by (entity, record_key);
-- If it is gone already, its rows are in published_keys.
create table if not exists {{ published('published_issues') }}{{ on_cluster }} (
    instance LowCardinality(String), issue_key String, generation Int64
) engine = {{ merge_tree() }} order by issue_key;
insert into {{ published('published_keys') }} (instance, entity, record_key, generation)
select instance, 'issue', issue_key, generation from {{ published('published_issues') }}
where issue_key not in (select record_key from {{ published('published_keys') }} where entity = 'issue');
drop view if exists {{ ops }}.published_issues{{ on_cluster }};
drop table if exists {{ published('published_issues') }}{{ on_cluster }} sync;

alter table {{ ops }}.ops_runs_versions{{ on_cluster }} rename column if exists issues to records;
create or replace view {{ ops }}.ops_runs{{ on_cluster }} as
select * except written_at from {{ ops }}.ops_runs_versions final;

-- migrate:down
alter table {{ ops }}.ops_runs_versions{{ on_cluster }} rename column if exists records to issues;
create or replace view {{ ops }}.ops_runs{{ on_cluster }} as
select * except written_at from {{ ops }}.ops_runs_versions final;
create table if not exists {{ published('published_keys') }}{{ on_cluster }} (
    instance LowCardinality(String), entity LowCardinality(String), record_key String, generation Int64
) engine = {{ merge_tree() }} order by (entity, record_key);
create table if not exists {{ published('published_issues') }}{{ on_cluster }} (
    instance LowCardinality(String), issue_key String, generation Int64
) engine = {{ merge_tree() }} order by issue_key;
truncate table {{ published('published_issues') }}{{ on_cluster }};
insert into {{ published('published_issues') }} (instance, issue_key, generation)
select instance, record_key, generation from {{ published('published_keys') }} where entity = 'issue';
drop view if exists {{ ops }}.published_keys{{ on_cluster }};
drop table if exists {{ published('published_keys') }}{{ on_cluster }} sync;
