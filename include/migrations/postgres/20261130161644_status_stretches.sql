-- migrate:up
create table {{ mart }}.fct_issue_status_stretches (
    stretch_key text not null,
    issue_key text not null,
    instance text not null,
    sequence bigint not null,
    team text not null,
    issue_type text not null,
    level text not null,
    status_key text not null,
    status_name text not null,
    status_category text not null,
    begins_at timestamp with time zone not null,
    ends_at timestamp with time zone,
    is_end_of_visit boolean not null,
    is_clock_stopped boolean not null,
    primary key (stretch_key)
);
create index fct_issue_status_stretches__issue on {{ mart }}.fct_issue_status_stretches (issue_key);

-- migrate:down
drop table {{ mart }}.fct_issue_status_stretches;
