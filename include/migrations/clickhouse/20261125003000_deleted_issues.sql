-- migrate:up
alter table {{ published('fct_issues') }}{{ on_cluster }}
    add column if not exists is_deleted Bool,
    add column if not exists missing_reason LowCardinality(Nullable(String)),
    add column if not exists missing_since Nullable(DateTime64(6, 'UTC'));

create or replace view {{ mart }}.fct_issues{{ on_cluster }} as {{ current('fct_issues') }};

-- migrate:down
alter table {{ published('fct_issues') }}{{ on_cluster }}
    drop column if exists missing_since,
    drop column if exists missing_reason,
    drop column if exists is_deleted;

create or replace view {{ mart }}.fct_issues{{ on_cluster }} as {{ current('fct_issues') }};
