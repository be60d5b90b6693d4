-- migrate:up
-- Where the first data interval of the run's instance begins; null for runs of before.
alter table {{ ops }}.ops_runs add column starts_at timestamptz;

-- migrate:down
drop view if exists {{ ops }}.ops_coverage;
alter table {{ ops }}.ops_runs drop column starts_at;
