{# The spectral chart: how many deliveries took how many days. #}
with measures as (
    select 'lead_time' as measure
    union all
    select 'cycle_time' as measure
),

measured as (
    select
        deliveries.instance as instance,
        deliveries.team as team,
        deliveries.issue_type as issue_type,
        deliveries.level as level,
        deliveries.sprint as sprint,
        deliveries.quarter as quarter,
        deliveries.delivered_on as delivered_on,
        measures.measure as measure,
        case measures.measure
            when 'lead_time' then deliveries.lead_time_seconds
            else deliveries.cycle_time_seconds
        end as seconds,
        case measures.measure
            when 'lead_time' then deliveries.created_at
            else deliveries.first_started_at
        end as begins_at
    from {{ published('fct_issue_deliveries') }} as deliveries
    cross join measures
    where deliveries.outcome = 'delivered'
),

final as (
    select
        instance,
        team,
        issue_type,
        level,
        sprint,
        quarter,
        measure,
        cast(floor({{ ratio('seconds', 86400) }}) as {{ type_bigint() }}) as days,
        1 + {{ days_from(day_of('begins_at', setting('reporting_timezone')), 'delivered_on') }}
            as inclusive_days,
        cast(count(*) as {{ type_bigint() }}) as deliveries
    from measured
    where seconds is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
)

select * from final
