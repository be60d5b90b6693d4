{# What came on each finished day, and what of it counts. #}
{% from "templates/telemetry.sql" import finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily'), published('v_as_of'), [
        'received_reports', 'duplicate_reports', 'dropped_reports', 'systems',
        'persistent_systems', 'dropped_systems', 'new_systems', 'bad_lines',
    ]
) }}

select * from finished
