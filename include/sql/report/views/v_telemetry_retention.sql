{# Of the systems that first reported in a week, how many reported in each whole week after it.
   Those of a week before the data are the ones that are known from later reports. #}
with as_of as (
    select
        instance,
        cast({{ day_of('as_of_at', "'UTC'") }} as {{ type_date() }}) as as_of_on
    from {{ published('v_as_of') }}
),

weeks as (
    select distinct
        reports.instance as instance,
        reports.system_key as system_key,
        cast({{ first_of('week', 'reports.first_seen_on') }} as {{ type_date() }}) as cohort_on,
        cast({{ first_of('week', 'reports.reported_on') }} as {{ type_date() }}) as week_on
    from {{ published('fct_telemetry_reports') }} as reports
    inner join as_of on reports.instance = as_of.instance
    where
        reports.is_counted
        and {{ next_of('week', first_of('week', 'reports.reported_on')) }} <= as_of.as_of_on
),

active as (
    select
        instance,
        cohort_on,
        week_on,
        count(*) as systems
    from weeks
    group by instance, cohort_on, week_on
),

{# Not those that reported in the first week: that may be before the data, or of another version. #}
cohorts as (
    select
        instance,
        cohort_on,
        count(distinct system_key) as systems
    from weeks
    group by instance, cohort_on
),

final as (
    select
        active.instance as instance,
        active.cohort_on as cohort_on,
        active.week_on as week_on,
        cast(
            floor({{ ratio(days_from('active.cohort_on', 'active.week_on'), 7) }})
            as {{ type_bigint() }}
        ) as weeks_since,
        cast(active.systems as {{ type_bigint() }}) as systems,
        cast(cohorts.systems as {{ type_bigint() }}) as cohort_systems,
        {{ ratio('active.systems', 'cohorts.systems') }} as retention
    from active
    inner join cohorts
        on active.instance = cohorts.instance and active.cohort_on = cohorts.cohort_on
)

select * from final
