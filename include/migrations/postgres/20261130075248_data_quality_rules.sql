-- migrate:up
create index fct_issue_changes__parent on {{ mart }}.fct_issue_changes (issue_key) where field in ('parent', 'subtask:inward', 'link:subtask of');

alter table {{ ops }}.ops_data_quality
    add column subject text not null default '',
    add column amount bigint;

-- The keys of findings end in it.
update {{ ops }}.ops_data_quality
set subject = substr(finding_key, length(issue_key) + length(rule) + 3);

create table {{ ops }}.ops_rules (
    rule_key text not null,
    instance text not null,
    rule text not null,
    kind text not null,
    explanation text not null,
    next_step text not null,
    more_than bigint,
    is_on boolean not null,
    primary key (rule_key)
);

-- migrate:down
drop table {{ ops }}.ops_rules;

alter table {{ ops }}.ops_data_quality
    drop column amount,
    drop column subject;

drop index {{ mart }}.fct_issue_changes__parent;
