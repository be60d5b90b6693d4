-- migrate:up
-- What facts were built with. Without rows, the next run of each instance rebuilds all its issues.
create table if not exists {{ published('ops_settings') }}{{ on_cluster }} (
    setting_key String,
    instance LowCardinality(String),
    name LowCardinality(String),
    value String
) engine = {{ merge_tree() }} order by setting_key;

-- Sprints are no longer projects.
create table if not exists {{ published('dim_sprints') }}{{ on_cluster }} (
    sprint_key String,
    instance LowCardinality(String),
    sprint_id String,
    name String,
    slug Nullable(String),
    team LowCardinality(String),
    project_key Nullable(String),
    sprint_number Nullable(Int64),
    sprint_rank Nullable(Int64),
    status LowCardinality(Nullable(String)),
    created_at Nullable(DateTime64(6, 'UTC')),
    starts_at Nullable(DateTime64(6, 'UTC')),
    ends_at Nullable(DateTime64(6, 'UTC'))
) engine = {{ merge_tree() }} order by sprint_key;
alter table {{ published('dim_projects') }}{{ on_cluster }}
    add column if not exists is_milestone Bool,
    add column if not exists milestone_number Nullable(Int64),
    add column if not exists starts_at Nullable(DateTime64(6, 'UTC')),
    add column if not exists ends_at Nullable(DateTime64(6, 'UTC')),
    add column if not exists project_number Nullable(Int64);
insert into {{ published('dim_sprints') }} (
    sprint_key, instance, sprint_id, name, slug, team, project_key, sprint_number, status, created_at,
    starts_at, ends_at
)
select
    project_key, instance, project_id, name, slug, team, parent_project_key, milestone_number, status,
    created_at, starts_at, ends_at
from {{ published('dim_projects') }}
where is_milestone and project_key not in (select sprint_key from {{ published('dim_sprints') }});
delete from {{ published('dim_projects') }}{{ on_cluster }} where is_milestone;
alter table {{ published('dim_projects') }}{{ on_cluster }}
    drop column if exists is_milestone,
    drop column if exists milestone_number,
    drop column if exists starts_at,
    drop column if exists ends_at;

alter table {{ published('dim_board_columns') }}{{ on_cluster }}
    add column if not exists is_known Bool default true;

-- Tombstones are kept per entity.
rename table if exists {{ raw }}.phabricator__tombstones to {{ raw }}.phabricator__issue_tombstones{{ on_cluster }};
rename table if exists {{ raw }}.yandex_tracker__tombstones to {{ raw }}.yandex_tracker__issue_tombstones{{ on_cluster }};
rename table if exists {{ raw }}.youtrack__tombstones to {{ raw }}.youtrack__issue_tombstones{{ on_cluster }};

-- migrate:down
rename table if exists {{ raw }}.youtrack__issue_tombstones to {{ raw }}.youtrack__tombstones{{ on_cluster }};
rename table if exists {{ raw }}.yandex_tracker__issue_tombstones to {{ raw }}.yandex_tracker__tombstones{{ on_cluster }};
rename table if exists {{ raw }}.phabricator__issue_tombstones to {{ raw }}.phabricator__tombstones{{ on_cluster }};
alter table {{ published('dim_board_columns') }}{{ on_cluster }} drop column if exists is_known;
alter table {{ published('dim_projects') }}{{ on_cluster }}
    add column if not exists is_milestone Bool,
    add column if not exists milestone_number Nullable(Int64),
    add column if not exists starts_at Nullable(DateTime64(6, 'UTC')),
    add column if not exists ends_at Nullable(DateTime64(6, 'UTC')),
    drop column if exists project_number;
create table if not exists {{ published('dim_sprints') }}{{ on_cluster }} (
    sprint_key String, instance LowCardinality(String), sprint_id String, name String,
    slug Nullable(String), team LowCardinality(String), project_key Nullable(String),
    sprint_number Nullable(Int64), status LowCardinality(Nullable(String)),
    created_at Nullable(DateTime64(6, 'UTC')), starts_at Nullable(DateTime64(6, 'UTC')),
    ends_at Nullable(DateTime64(6, 'UTC'))
) engine = {{ merge_tree() }} order by sprint_key;
insert into {{ published('dim_projects') }} (
    project_key, instance, project_id, name, slug, team, parent_project_key, is_milestone,
    milestone_number, status, is_known, created_at, starts_at, ends_at
)
select
    sprint_key, instance, sprint_id, name, slug, team, project_key, true, sprint_number, status, true,
    created_at, starts_at, ends_at
from {{ published('dim_sprints') }}
where sprint_key not in (select project_key from {{ published('dim_projects') }});
drop view if exists {{ mart }}.dim_sprints{{ on_cluster }};
drop table if exists {{ published('dim_sprints') }}{{ on_cluster }} sync;
drop view if exists {{ ops }}.ops_settings{{ on_cluster }};
drop table if exists {{ published('ops_settings') }}{{ on_cluster }} sync;
