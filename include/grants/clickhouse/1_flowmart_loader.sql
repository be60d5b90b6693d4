-- It extracts, loads, transforms and checks: what is published it only reads.
grant select, insert, alter, create table, drop table on {{ raw }}.* to flowmart_loader;
grant select, insert, alter, create table, drop table on {{ stage }}.* to flowmart_loader;
grant select on {{ store }}.* to flowmart_loader;
grant select on {{ mart }}.* to flowmart_loader;
grant select on {{ ops }}.* to flowmart_loader;
grant insert on {{ ops }}.ops_runs_versions to flowmart_loader;
grant insert on {{ ops }}.ops_ledger_versions to flowmart_loader;
-- It lists what one may see of the rest.
grant select on information_schema.* to flowmart_loader;
