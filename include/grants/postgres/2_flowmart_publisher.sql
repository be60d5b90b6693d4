-- It publishes: all that the loader may, and the rows of published tables.
grant flowmart_loader to flowmart_publisher;
grant insert, update, delete on all tables in schema {{ mart }}, {{ ops }} to flowmart_publisher;
revoke insert, update, delete on {{ ops }}.schema_migrations from flowmart_publisher;
alter default privileges in schema {{ mart }}, {{ ops }} grant insert, update, delete on tables to flowmart_publisher;

-- Views of instances are made, and replaced, when their fields are published.
grant create on schema {{ mart }} to flowmart_publisher;
grant flowmart_publisher to current_user;

do $$
declare
    found record;
begin
    for found in
        select schemaname, viewname from pg_views
        where schemaname = '{{ mart }}' and starts_with(viewname, 'v_issues__') and viewowner = current_user
    loop
        execute format('alter view %I.%I owner to flowmart_publisher', found.schemaname, found.viewname);
    end loop;
end
$$;
