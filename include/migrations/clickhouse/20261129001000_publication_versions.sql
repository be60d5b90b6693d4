-- migrate:up
-- Published table -> the publication whose version of it is current (docs/adr/0011). Every
-- publication so far has a version of each table.
alter table {{ ops }}.publications{{ on_cluster }}
    add column if not exists versions Map(String, UInt64);

alter table {{ ops }}.publications{{ on_cluster }} update versions = mapFromArrays(
    [
        'dim_board_columns', 'dim_projects', 'dim_statuses', 'dim_users', 'fct_issue_changes',
        'fct_issue_column_intervals', 'fct_issue_flow', 'fct_issue_status_intervals',
        'fct_issue_status_times', 'fct_issues', 'ops_data_quality', 'ops_issue_projects',
        'published_issues'
    ],
    arrayWithConstant(13, toUInt64(publication))
) where publication > 0 and empty(versions);

-- Before the first publication there is a row too: the views read the map of the highest one.
insert into {{ ops }}.publications (publication, base, instance, published_at, versions)
select 0, 0, '', toDateTime64(0, 6, 'UTC'), map()
where (select count(*) from {{ ops }}.publications where publication = 0) = 0;

-- From here on the views read the map. Those of later tables are made when all files are applied.
{%- for name in published_names() %}
create or replace view {{ ops if name[:4] == 'ops_' or name == 'published_issues' else mart }}.{{ name }}{{ on_cluster }} as
{{ shown(name) }};
{%- endfor %}

-- migrate:down
{%- for name in [
    'dim_board_columns', 'dim_projects', 'dim_statuses', 'dim_users', 'fct_issue_changes',
    'fct_issue_column_intervals', 'fct_issue_flow', 'fct_issue_status_intervals',
    'fct_issue_status_times', 'fct_issues', 'ops_data_quality', 'ops_issue_projects',
    'published_issues',
] %}
{%- if published(name) != latest(name) %}
rename table if exists {{ published(name) }} to {{ latest(name) }}{{ on_cluster }};
{%- endif %}
create or replace view {{ ops if name[:4] == 'ops_' or name == 'published_issues' else mart }}.{{ name }}{{ on_cluster }} as
{{ current(name) }};
{%- endfor %}
alter table {{ ops }}.publications{{ on_cluster }} delete where publication = 0;
alter table {{ ops }}.publications{{ on_cluster }} drop column if exists versions;
