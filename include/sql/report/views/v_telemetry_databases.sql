{# Versions of PostgreSQL by finished day. #}
{% from "templates/telemetry.sql" import finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily_databases'), published('v_as_of'), ['database_version', 'database_version_text', 'systems']
) }}

select * from finished
