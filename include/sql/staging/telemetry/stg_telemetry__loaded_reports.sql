{# Of the reports that a batch has loaded: since when they tell of their system. #}
{% from "templates/telemetry.sql" import reports_in %}
with
{{ reports_in(raw_of_loaded('reports'), product) }},

final as (
    select
        report_id,
        system_id,
        {{ day_of('coalesce(first_seen_at, received_at)', "'UTC'") }} as seen_on,
        has_development_version
    from reports
    where problem is null
)

select * from final
