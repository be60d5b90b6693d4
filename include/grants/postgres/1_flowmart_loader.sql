-- It extracts, loads, transforms and checks: raw and stage tables are its own, what is published it only reads.
grant usage on schema {{ raw }}, {{ stage }}, {{ mart }}, {{ ops }} to flowmart_loader;
grant create on schema {{ raw }}, {{ stage }} to flowmart_loader;
grant select on all tables in schema {{ mart }}, {{ ops }} to flowmart_loader;
alter default privileges in schema {{ mart }}, {{ ops }} grant select on tables to flowmart_loader;
grant insert, update on {{ ops }}.ops_runs, {{ ops }}.ops_ledger to flowmart_loader;
grant usage on sequence {{ ops }}.generation to flowmart_loader;

-- Tables of the time before the role was made; migrations still change them.
grant flowmart_loader to current_user;

do $$
declare
    found record;
begin
    for found in
        select schemaname, tablename from pg_tables
        where schemaname in ('{{ raw }}', '{{ stage }}') and tableowner = current_user
    loop
        execute format('alter table %I.%I owner to flowmart_loader', found.schemaname, found.tablename);
    end loop;
end
$$;
