{# Reports, and lines that are none. #}
{% from "templates/telemetry.sql" import reports_in %}
with
{{ reports_in(raw('reports'), product) }},

final as (
    select
        reports.report_id as report_id,
        reports.received_at as received_at,
        {{ day_of('reports.received_at', "'UTC'") }} as reported_on,
        reports.problem as problem,
        case when reports.problem is null then reports.system_id end as system_id,
        reports.has_development_version as has_development_version,
        {{ json_part('records.payload', ['report']) }} as report
    from reports
    inner join records on reports.report_id = records.record_id
)

select * from final
