-- migrate:up
alter table {{ mart }}.fct_issues
    add column parent_key text;

create table {{ ops }}.ops_issue_blockers (
    issue_key text not null,
    instance text not null,
    blocker_key text not null,
    primary key (issue_key, blocker_key)
);
create index ops_issue_blockers__blocker on {{ ops }}.ops_issue_blockers (blocker_key);

-- migrate:down
drop table {{ ops }}.ops_issue_blockers;

alter table {{ mart }}.fct_issues
    drop column parent_key;
