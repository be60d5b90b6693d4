-- migrate:up
-- Empty until the next batch of a YouTrack instance, which rebuilds all issues of projects once.
create table {{ ops }}.ops_project_fields (
    project_field_key text not null,
    instance text not null,
    project_key text not null,
    field_id text,
    name text,
    field_type text,
    place bigint,
    primary key (project_field_key)
);

create table {{ ops }}.ops_sprint_projects (
    sprint_project_key text not null,
    instance text not null,
    sprint_key text not null,
    project_key text not null,
    primary key (sprint_project_key)
);

-- migrate:down
drop table {{ ops }}.ops_sprint_projects;

drop table {{ ops }}.ops_project_fields;
