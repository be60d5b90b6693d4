{# Averages of numbers of services by finished day. #}
{% from "templates/telemetry.sql" import finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily_services'), published('v_as_of'), ['service', 'average', 'systems']
) }}

select * from finished
