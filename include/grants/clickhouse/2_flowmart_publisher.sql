-- It publishes: all that the loader may, and versions of published tables.
grant select, insert, alter, create table, drop table on {{ raw }}.* to flowmart_publisher;
grant select, insert, alter, create table, drop table on {{ stage }}.* to flowmart_publisher;
grant select, insert, alter, create table, drop table on {{ store }}.* to flowmart_publisher;
grant select on {{ mart }}.* to flowmart_publisher;
grant select on {{ ops }}.* to flowmart_publisher;
grant insert on {{ ops }}.ops_runs_versions to flowmart_publisher;
grant insert on {{ ops }}.ops_ledger_versions to flowmart_publisher;
-- It lists what one may see of the rest.
grant select on information_schema.* to flowmart_publisher;
grant insert, alter delete on {{ ops }}.publications to flowmart_publisher;

-- Its lock is a table, in a database that is there.
grant create database on {{ ops }}.* to flowmart_publisher;
grant insert, create table, drop table on {{ ops }}.lease__* to flowmart_publisher;

-- Views of instances are made, and replaced, when their fields are published.
grant create view, drop view on {{ mart }}.v_issues__* to flowmart_publisher;
