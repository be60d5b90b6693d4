-- migrate:up
alter table {{ published('dim_projects') }}{{ on_cluster }}
    add column if not exists starts_at Nullable(DateTime64(6, 'UTC')),
    add column if not exists ends_at Nullable(DateTime64(6, 'UTC'));

create or replace view {{ mart }}.dim_projects{{ on_cluster }} as {{ current('dim_projects') }};

-- migrate:down
alter table {{ published('dim_projects') }}{{ on_cluster }}
    drop column if exists ends_at,
    drop column if exists starts_at;

create or replace view {{ mart }}.dim_projects{{ on_cluster }} as {{ current('dim_projects') }};
