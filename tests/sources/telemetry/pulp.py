"""The tables of a Pulp analytics server, as far as reports are in them."""

ANALYTICS_TABLES = """
create table pulpanalytics_system (
    id bigint primary key, system_id uuid not null, created timestamptz not null,
    first_seen timestamptz not null, groups int, users int, postgresql_version int not null,
    content_app_hosts int, content_app_processes int, worker_hosts int, worker_processes int,
    custom_access_policies int, custom_roles int, domains int
);
create table pulpanalytics_component (
    id bigint primary key, name text not null, version text not null,
    system_id bigint not null references pulpanalytics_system
);
"""
