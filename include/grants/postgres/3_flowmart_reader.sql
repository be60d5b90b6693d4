-- It reads what is published, also what is made later.
grant usage on schema {{ mart }}, {{ ops }} to flowmart_reader;
grant select on all tables in schema {{ mart }}, {{ ops }} to flowmart_reader;
alter default privileges in schema {{ mart }}, {{ ops }} grant select on tables to flowmart_reader;

do $$
begin
    if exists (select 1 from pg_roles where rolname = 'flowmart_publisher') then
        alter default privileges for role flowmart_publisher in schema {{ mart }}
        grant select on tables to flowmart_reader;
    end if;
end
$$;
