-- migrate:up
-- What facts were built with. Without rows, the next run of each instance rebuilds all its issues.
create table {{ ops }}.ops_settings (
    setting_key text not null,
    instance text not null,
    name text not null,
    value text not null,
    primary key (setting_key)
);

-- Sprints are no longer projects.
create table {{ mart }}.dim_sprints (
    sprint_key text not null,
    instance text not null,
    sprint_id text not null,
    name text not null,
    slug text,
    team text not null,
    project_key text,
    sprint_number bigint,
    sprint_rank bigint,
    status text,
    created_at timestamptz,
    starts_at timestamptz,
    ends_at timestamptz,
    primary key (sprint_key)
);
insert into {{ mart }}.dim_sprints (
    sprint_key, instance, sprint_id, name, slug, team, project_key, sprint_number, status, created_at,
    starts_at, ends_at
)
select
    project_key, instance, project_id, name, slug, team, parent_project_key, milestone_number, status,
    created_at, starts_at, ends_at
from {{ mart }}.dim_projects
where is_milestone;
delete from {{ mart }}.dim_projects where is_milestone;
drop view if exists {{ mart }}.v_sprint_throughput;
alter table {{ mart }}.dim_projects
    drop column is_milestone,
    drop column milestone_number,
    drop column starts_at,
    drop column ends_at,
    add column project_number bigint;

alter table {{ mart }}.dim_board_columns add column is_known boolean not null default true;

-- Tombstones are kept per entity.
alter table if exists {{ raw }}.phabricator__tombstones rename to phabricator__issue_tombstones;
alter table if exists {{ raw }}.yandex_tracker__tombstones rename to yandex_tracker__issue_tombstones;
alter table if exists {{ raw }}.youtrack__tombstones rename to youtrack__issue_tombstones;

-- migrate:down
alter table if exists {{ raw }}.youtrack__issue_tombstones rename to youtrack__tombstones;
alter table if exists {{ raw }}.yandex_tracker__issue_tombstones rename to yandex_tracker__tombstones;
alter table if exists {{ raw }}.phabricator__issue_tombstones rename to phabricator__tombstones;
alter table {{ mart }}.dim_board_columns drop column is_known;
alter table {{ mart }}.dim_projects
    drop column project_number,
    add column is_milestone boolean not null default false,
    add column milestone_number bigint,
    add column starts_at timestamptz,
    add column ends_at timestamptz;
insert into {{ mart }}.dim_projects (
    project_key, instance, project_id, name, slug, team, parent_project_key, is_milestone,
    milestone_number, status, is_known, created_at, starts_at, ends_at
)
select
    sprint_key, instance, sprint_id, name, slug, team, project_key, true, sprint_number, status, true,
    created_at, starts_at, ends_at
from {{ mart }}.dim_sprints;
drop table {{ mart }}.dim_sprints;
drop table {{ ops }}.ops_settings;
