-- migrate:up
-- Where the first data interval of the run's instance begins; null for runs of before.
alter table {{ ops }}.ops_runs_versions{{ on_cluster }}
add column if not exists starts_at Nullable(DateTime64(6, 'UTC')) after finished_at;
create or replace view {{ ops }}.ops_runs{{ on_cluster }} as
select * except written_at from {{ ops }}.ops_runs_versions final;

-- migrate:down
drop view if exists {{ ops }}.ops_coverage{{ on_cluster }};
alter table {{ ops }}.ops_runs_versions{{ on_cluster }} drop column if exists starts_at;
create or replace view {{ ops }}.ops_runs{{ on_cluster }} as
select * except written_at from {{ ops }}.ops_runs_versions final;
