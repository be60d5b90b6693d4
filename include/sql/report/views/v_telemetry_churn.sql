{# Systems that went silent, by the week of their last report: without a report for 28 days. #}
with as_of as (
    select
        instance,
        cast({{ day_of('as_of_at', "'UTC'") }} as {{ type_date() }}) as as_of_on
    from {{ published('v_as_of') }}
),

days as (
    select
        reports.instance as instance,
        reports.system_key as system_key,
        reports.reported_on as reported_on,
        as_of.as_of_on as as_of_on,
        coalesce(
            {{ lead('reports.reported_on') }} over (
                partition by reports.instance, reports.system_key order by reports.reported_on
            ),
            as_of.as_of_on
        ) as next_on
    from {{ published('fct_telemetry_reports') }} as reports
    inner join as_of on reports.instance = as_of.instance
    where reports.is_counted and reports.reported_on < as_of.as_of_on
),

silences as (
    select
        instance,
        system_key,
        cast({{ first_of('week', 'reported_on') }} as {{ type_date() }}) as week_on,
        case when {{ days_from('reported_on', 'next_on') }} > 28 then 1 else 0 end as is_silence,
        case when next_on = as_of_on then 1 else 0 end as is_last
    from days
),

final as (
    select
        instance,
        week_on,
        cast(count(distinct system_key) as {{ type_bigint() }}) as active_systems,
        cast(sum(is_silence) as {{ type_bigint() }}) as lost_systems,
        cast(sum(is_silence * (1 - is_last)) as {{ type_bigint() }}) as returned_systems,
        {{ ratio('sum(is_silence)', 'count(distinct system_key)') }} as churn
    from silences
    group by instance, week_on
)

select * from final
