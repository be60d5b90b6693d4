-- migrate:up
alter table {{ mart }}.dim_projects add column starts_at timestamp with time zone;
alter table {{ mart }}.dim_projects add column ends_at timestamp with time zone;

-- migrate:down
alter table {{ mart }}.dim_projects drop column ends_at;
alter table {{ mart }}.dim_projects drop column starts_at;
