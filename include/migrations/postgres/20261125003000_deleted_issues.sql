-- migrate:up
alter table {{ mart }}.fct_issues add column is_deleted boolean not null default false;
alter table {{ mart }}.fct_issues add column missing_reason text;
alter table {{ mart }}.fct_issues add column missing_since timestamp with time zone;

-- migrate:down
alter table {{ mart }}.fct_issues drop column missing_since;
alter table {{ mart }}.fct_issues drop column missing_reason;
alter table {{ mart }}.fct_issues drop column is_deleted;
