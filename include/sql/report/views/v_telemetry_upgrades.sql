{# How long each system took to a release of a component or a later one, from the day on which
   that release was first seen anywhere; of the systems that reported an earlier one by then. #}
with as_of as (
    select
        instance,
        cast({{ day_of('as_of_at', "'UTC'") }} as {{ type_date() }}) as as_of_on
    from {{ published('v_as_of') }}
),

runs as (
    select
        parts.instance as instance,
        parts.system_key as system_key,
        parts.component as component,
        parts.release as release,
        max(parts.major) * 1000000000 + max(parts.minor) as place,
        min(parts.reported_on) as first_run_on
    from {{ published('fct_telemetry_components') }} as parts
    inner join as_of on parts.instance = as_of.instance
    where
        parts.is_counted
        and parts.reported_on < as_of.as_of_on
        and parts.major is not null
        and parts.minor is not null
    group by parts.instance, parts.system_key, parts.component, parts.release
),

releases as (
    select
        runs.instance as instance,
        runs.component as component,
        runs.release as release,
        max(runs.place) as place,
        min(runs.first_run_on) as released_on
    from runs
    group by runs.instance, runs.component, runs.release
),

steps as (
    select
        runs.instance as instance,
        runs.system_key as system_key,
        runs.component as component,
        releases.release as release,
        releases.released_on as released_on,
        min(case when runs.place < releases.place then runs.first_run_on end) as ran_earlier_on,
        min(case when runs.place >= releases.place then runs.first_run_on end) as upgraded_on
    from runs
    inner join releases
        on runs.instance = releases.instance and runs.component = releases.component
    group by
        runs.instance,
        runs.system_key,
        runs.component,
        releases.release,
        releases.released_on
),

final as (
    select
        instance,
        system_key,
        component,
        release,
        released_on,
        upgraded_on,
        {{ days_from('released_on', 'upgraded_on') }} as days_to_upgrade
    from steps
    where
        ran_earlier_on <= released_on
        and (upgraded_on is null or upgraded_on >= released_on)
)

select * from final
