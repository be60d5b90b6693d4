{# How fast a release of a component spreads: the days from its first sight anywhere until half of
   the systems that report the component have it or a later one. #}
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
        instance,
        component,
        reported_on,
        version,
        major * 1000000000 + minor as place,
        systems
    from finished
    where precision = 'x.y'
),

releases as (
    select
        days.instance as instance,
        days.component as component,
        days.version as version,
        max(days.place) as place,
        min(days.reported_on) as released_on
    from days
    where days.place is not null
    group by days.instance, days.component, days.version
),

spread as (
    select
        releases.instance as instance,
        releases.component as component,
        releases.version as version,
        releases.released_on as released_on,
        days.reported_on as reported_on,
        sum(days.systems) as systems,
        sum(case when days.place >= releases.place then days.systems else 0 end) as upgraded_systems
    from releases
    inner join days
        on releases.instance = days.instance and releases.component = days.component
    where days.reported_on >= releases.released_on
    group by
        releases.instance,
        releases.component,
        releases.version,
        releases.released_on,
        days.reported_on
),

reached as (
    select
        instance,
        component,
        version,
        released_on,
        min(case when 2 * upgraded_systems >= systems then reported_on end) as half_on,
        max({{ ratio('upgraded_systems', 'systems') }}) as largest_share
    from spread
    group by instance, component, version, released_on
),

final as (
    select
        instance,
        component,
        version as release,
        released_on,
        half_on,
        {{ days_from('released_on', 'half_on') }} as days_to_half,
        largest_share
    from reached
)

select * from final
