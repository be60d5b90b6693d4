-- It reads what is published; the views in mart read store.
grant select on {{ store }}.* to flowmart_reader;
grant select on {{ mart }}.* to flowmart_reader;
grant select on {{ ops }}.* to flowmart_reader;
