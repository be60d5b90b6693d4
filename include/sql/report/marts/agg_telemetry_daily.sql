{# What came on a day, and what of it counts. #}
{% from "templates/telemetry.sql" import shown_reports %}
with
{{ shown_reports(as_published('fct_telemetry_posts'), touched_slices()) }},

bad as (
    select
        posts.reported_on as reported_on,
        count(*) as bad_lines
    from {{ as_published('fct_telemetry_posts') }} as posts
    where
        posts.system_key is null
        and posts.reported_on in (select reported_on from {{ touched_slices() }})
    group by posts.reported_on
),

sums as (
    select
        reported_on,
        sum(received_reports) as received_reports,
        sum(received_reports) - count(*) as duplicate_reports,
        sum(dropped_reports) as dropped_reports,
        sum(case when is_counted then 1 else 0 end) as systems,
        sum(case when is_persistent then 1 else 0 end) as persistent_systems,
        sum(case when is_counted then 0 else 1 end) as dropped_systems,
        sum(case when age_days = 0 then 1 else 0 end) as new_systems
    from shown
    group by reported_on
),

days as (
    select reported_on from sums
    union distinct
    select reported_on from bad
),

final as (
    select
        {{ setting('instance') }} as instance,
        days.reported_on as reported_on,
        {% for name in [
            'received_reports', 'duplicate_reports', 'dropped_reports', 'systems',
            'persistent_systems', 'dropped_systems', 'new_systems',
        ] -%}
        cast(coalesce(sums.{{ name }}, 0) as {{ type_bigint() }}) as {{ name }},
        {% endfor -%}
        cast(coalesce(bad.bad_lines, 0) as {{ type_bigint() }}) as bad_lines
    from days
    left join sums on days.reported_on = sums.reported_on
    left join bad on days.reported_on = bad.reported_on
)

select * from final
