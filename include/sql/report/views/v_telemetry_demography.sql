{# How many systems are of each age on a finished day, and how many are as old or older: from one
   day more than the oldest down to the youngest that there is, without gaps. #}
{% from "templates/telemetry.sql" import finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily_ages'), published('v_as_of'), ['age_days', 'first_seen_on', 'systems']
) }},

spans as (
    select
        finished.instance as instance,
        finished.reported_on as reported_on,
        min(finished.first_seen_on) as oldest_on,
        max(finished.first_seen_on) as youngest_on,
        max(finished.age_days) as oldest_days
    from finished
    group by finished.instance, finished.reported_on
),

birthdays as (
    select
        instance,
        reported_on,
        {{ dates_between('day', 'oldest_on', 'youngest_on') }} as born_on
    from spans
),

ages as (
    select
        instance,
        reported_on,
        {{ days_from('born_on', 'reported_on') }} as age_days
    from birthdays
    union all
    select
        instance,
        reported_on,
        oldest_days + 1 as age_days
    from spans
),

counts as (
    select
        instance,
        reported_on,
        age_days,
        cast(systems as {{ type_bigint() }}) as systems
    from finished
),

filled as (
    select
        ages.instance as instance,
        ages.reported_on as reported_on,
        ages.age_days as age_days,
        coalesce(counts.systems, 0) as systems
    from ages
    left join counts
        on
            ages.instance = counts.instance
            and ages.reported_on = counts.reported_on
            and ages.age_days = counts.age_days
),

final as (
    select
        filled.instance as instance,
        filled.reported_on as reported_on,
        filled.age_days as age_days,
        filled.systems as systems,
        cast(
            sum(filled.systems) over (
                partition by filled.instance, filled.reported_on
                order by filled.age_days desc
                rows between unbounded preceding and current row
            ) as {{ type_bigint() }}
        ) as systems_as_old
    from filled
)

select * from final
