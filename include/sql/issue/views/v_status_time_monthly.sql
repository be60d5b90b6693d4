{# Time in status by month: a visit counts in each month for as long as it was in it. Visits that
   go on count up to where the instance is known; in a done status the clock has stopped. #}
with visits as (
    select
        intervals.instance as instance,
        intervals.team as team,
        intervals.issue_type as issue_type,
        intervals.status_key as status_key,
        intervals.status_name as status_name,
        intervals.status_category as status_category,
        intervals.entered_at as entered_at,
        intervals.left_at as left_at,
        coalesce(intervals.left_at, as_of.as_of_at) as counted_until_at
    from {{ published('fct_issue_status_intervals') }} as intervals
    left join {{ published('v_as_of') }} as as_of on intervals.instance = as_of.instance
    where not intervals.is_clock_stopped
),

placed as (
    select
        *,
        {{ first_of('month', day_of('entered_at', setting('reporting_timezone'))) }} as first_on,
        {{ first_of('month', day_of('counted_until_at', setting('reporting_timezone'))) }}
            as last_on,
        {{ first_of('month', day_of('left_at', setting('reporting_timezone'))) }} as left_on
    from visits
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
    group by 1, 2, 3, 4, 5, 6, 7
)

select * from final
