{# Versions of components by finished day; a version that a day has not is there with 0. #}
{% from "templates/telemetry.sql" import finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily_components'), published('v_as_of'), [
        'component', 'precision', 'version', 'major',
        'minor', 'systems',
    ]
) }},

days as (
    select
        daily.instance as instance,
        daily.reported_on as reported_on
    from {{ published('agg_telemetry_daily') }} as daily
    inner join {{ published('v_as_of') }} as as_of on daily.instance = as_of.instance
    where daily.reported_on < {{ day_of('as_of.as_of_at', "'UTC'") }}
),

versions as (
    select
        finished.instance as instance,
        finished.component as component,
        finished.precision as precision,
        finished.version as version,
        max(finished.major) as first_number,
        max(finished.minor) as second_number
    from finished
    group by finished.instance, finished.component, finished.precision, finished.version
),

ordered as (
    select
        instance,
        component,
        precision,
        version,
        row_number() over (
            partition by instance, component, precision
            order by
                coalesce(first_number, -1) desc,
                coalesce(second_number, -1) desc,
                length(version) desc,
                version desc
        ) as place
    from versions
),

counts as (
    select
        instance,
        reported_on,
        component,
        precision,
        version,
        cast(systems as {{ type_bigint() }}) as systems
    from finished
),

final as (
    select
        ordered.instance as instance,
        days.reported_on as reported_on,
        ordered.component as component,
        ordered.precision as precision,
        ordered.version as version,
        cast(ordered.place as {{ type_bigint() }}) as place,
        coalesce(counts.systems, 0) as systems
    from ordered
    inner join days on ordered.instance = days.instance
    left join counts
        on
            ordered.instance = counts.instance
            and days.reported_on = counts.reported_on
            and ordered.component = counts.component
            and ordered.precision = counts.precision
            and ordered.version = counts.version
)

select * from final
