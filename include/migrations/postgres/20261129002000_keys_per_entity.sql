-- migrate:up
-- Generations are kept per entity.
create table {{ ops }}.published_keys (
    instance text not null,
    entity text not null,
    record_key text not null,
    generation bigint not null,
    primary key (instance, entity, record_key)
);
insert into {{ ops }}.published_keys (instance, entity, record_key, generation)
select instance, 'issue', issue_key, generation from {{ ops }}.published_issues;
drop table {{ ops }}.published_issues;

alter table {{ ops }}.ops_runs rename column issues to records;

-- migrate:down
alter table {{ ops }}.ops_runs rename column records to issues;
create table {{ ops }}.published_issues (
    instance text not null,
    issue_key text not null,
    generation bigint not null,
    primary key (instance, issue_key)
);
insert into {{ ops }}.published_issues (instance, issue_key, generation)
select instance, record_key, generation from {{ ops }}.published_keys where entity = 'issue';
drop table {{ ops }}.published_keys;
