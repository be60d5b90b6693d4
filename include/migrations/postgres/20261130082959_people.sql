-- migrate:up
create table {{ mart }}.fct_issue_assignments (
    assignment_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    sequence bigint not null,
    assignee_key text not null,
    assigned_at timestamp with time zone not null,
    released_at timestamp with time zone,
    is_current boolean not null,
    duration_seconds bigint,
    primary key (assignment_key)
);
create index fct_issue_assignments__issue on {{ mart }}.fct_issue_assignments (issue_key);
create index fct_issue_assignments__assignee on {{ mart }}.fct_issue_assignments (assignee_key);

create table {{ mart }}.fct_issue_participants (
    participant_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    issue_type text not null,
    level text not null,
    sprint text,
    quarter text,
    user_key text not null,
    first_active_at timestamp with time zone,
    last_active_at timestamp with time zone,
    changes bigint not null,
    is_author boolean not null,
    is_assignee boolean not null,
    primary key (participant_key)
);
create index fct_issue_participants__issue on {{ mart }}.fct_issue_participants (issue_key);
create index fct_issue_participants__user on {{ mart }}.fct_issue_participants (user_key);

create table {{ ops }}.ops_issue_contributions (
    contribution_key text not null,
    issue_key text not null,
    instance text not null,
    team text not null,
    user_key text not null,
    active_on date not null,
    week_on date not null,
    primary key (contribution_key)
);
create index ops_issue_contributions__issue on {{ ops }}.ops_issue_contributions (issue_key);

create table {{ mart }}.dim_team_members (
    member_key text not null,
    instance text not null,
    team text not null,
    user_ref text not null,
    user_key text not null,
    is_known boolean not null,
    valid_from date,
    valid_to date,
    primary key (member_key)
);

create table {{ ops }}.ops_contributors_daily (
    instance text not null,
    team text not null,
    week_on date not null,
    active_on date not null,
    user_key text not null,
    fact_rows bigint not null
);
create unique index ops_contributors_daily__key on {{ ops }}.ops_contributors_daily (instance, team, week_on, active_on, user_key) nulls not distinct;
insert into {{ ops }}.ops_contributors_daily (instance, team, week_on, active_on, user_key, fact_rows)
select instance as instance, team as team, week_on as week_on, active_on as active_on, user_key as user_key, count(*) as fact_rows from {{ ops }}.ops_issue_contributions where 1 = 1 group by instance, team, week_on, active_on, user_key;

-- migrate:down
drop table {{ ops }}.ops_contributors_daily;

drop table {{ mart }}.dim_team_members;

drop table {{ ops }}.ops_issue_contributions;

drop table {{ mart }}.fct_issue_participants;

drop table {{ mart }}.fct_issue_assignments;
