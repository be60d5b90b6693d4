-- migrate:up
create table {{ ops }}.ops_issue_projects (
    issue_key text not null,
    instance text not null,
    project_key text not null,
    primary key (issue_key, project_key)
);
create index ops_issue_projects__project on {{ ops }}.ops_issue_projects (project_key);

-- What published histories tell; a replay adds the memberships without one.
insert into {{ ops }}.ops_issue_projects (issue_key, instance, project_key)
select distinct issue_key, instance, instance || ':' || coalesce(new_value, old_value)
from {{ mart }}.fct_issue_changes
where field = 'project';

drop index {{ mart }}.fct_issue_changes__project_came;
drop index {{ mart }}.fct_issue_changes__project_left;

-- migrate:down
create index fct_issue_changes__project_came on {{ mart }}.fct_issue_changes (instance, new_value) where field = 'project';
create index fct_issue_changes__project_left on {{ mart }}.fct_issue_changes (instance, old_value) where field = 'project';
drop table {{ ops }}.ops_issue_projects;
