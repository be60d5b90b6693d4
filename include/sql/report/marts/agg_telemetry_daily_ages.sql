{# Systems of a day by their age. #}
{% from "templates/telemetry.sql" import shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

final as (
    select
        {{ setting('instance') }} as instance,
        reported_on,
        age_days,
        first_seen_on,
        count(*) as systems
    from shown
    where is_counted
    group by reported_on, age_days, first_seen_on
)

select * from final
