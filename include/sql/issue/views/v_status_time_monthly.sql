{# Time in status by month: a visit counts in each month for as long as it was in it, under the
   team, type and level of that time. Visits that go on count up to where the instance is known; in
   a done status the clock has stopped. #}
with stretches as (
    select
        stretches.instance as instance,
        stretches.team as team,
        stretches.issue_type as issue_type,
        stretches.level as level,
        stretches.status_key as status_key,
        stretches.status_name as status_name,
        stretches.status_category as status_category,
        stretches.begins_at as entered_at,
        case when stretches.is_end_of_visit then stretches.ends_at end as left_at,
        coalesce(stretches.ends_at, as_of.as_of_at) as counted_until_at
    from {{ published('fct_issue_status_stretches') }} as stretches
    left join {{ published('v_as_of') }} as as_of on stretches.instance = as_of.instance
    where not stretches.is_clock_stopped
),

placed as (
    select
        *,
        {{ first_of('month', day_of('entered_at', setting('reporting_timezone'))) }} as first_on,
        {{ first_of('month', day_of('counted_until_at', setting('reporting_timezone'))) }}
            as last_on,
        {{ first_of('month', day_of('left_at', setting('reporting_timezone'))) }} as left_on
    from stretches
    where counted_until_at >= entered_at
),

months as (
    select
        *,
        {{ dates_between('month', 'first_on', 'last_on') }} as month_on
    from placed
),

bounded as (
    select
        *,
        {{ start_of('month_on', setting('reporting_timezone')) }} as begins_at,
        {{ start_of(next_of('month', 'month_on'), setting('reporting_timezone')) }} as ends_at
    from months
),

final as (
    select
        instance,
        team,
        issue_type,
        level,
        status_key,
        status_name,
        status_category,
        month_on,
        cast(
            sum(
                {{ seconds_between(
                    'greatest(entered_at, begins_at)', 'least(counted_until_at, ends_at)'
                ) }}
            ) as {{ type_bigint() }}
        ) as duration_seconds,
        cast(count(case when left_on = month_on then 1 end) as {{ type_bigint() }})
            as ended_visits
    from bounded
    group by 1, 2, 3, 4, 5, 6, 7, 8
)

select * from final
