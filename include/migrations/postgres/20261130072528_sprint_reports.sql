-- migrate:up
drop view if exists {{ mart }}.v_sprint_throughput;

alter table {{ mart }}.dim_sprints
    add column current_starts_at timestamp with time zone,
    add column current_ends_at timestamp with time zone;

-- Right once issues are rebuilt: those of dated sprints by the next run, whose sprints differ from the
-- published ones; the others by a replay.
alter table {{ ops }}.ops_issue_projects
    add column is_current boolean not null default false;

create table {{ mart }}.fct_sprint_issues (
    sprint_issue_key text not null,
    issue_key text not null,
    instance text not null,
    sprint_key text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text not null,
    quarter text,
    was_committed boolean,
    was_added boolean,
    was_removed boolean,
    was_re_estimated boolean,
    is_completed boolean,
    is_discarded boolean,
    is_open_at_end boolean,
    added_at timestamp with time zone,
    removed_at timestamp with time zone,
    estimate_at_start numeric(38,9),
    estimate_at_end numeric(38,9),
    primary key (sprint_issue_key)
);
create index fct_sprint_issues__issue on {{ mart }}.fct_sprint_issues (issue_key);
create index fct_sprint_issues__sprint on {{ mart }}.fct_sprint_issues (sprint_key);

-- migrate:down
drop table {{ mart }}.fct_sprint_issues;

alter table {{ ops }}.ops_issue_projects
    drop column is_current;

alter table {{ mart }}.dim_sprints
    drop column current_ends_at,
    drop column current_starts_at;
