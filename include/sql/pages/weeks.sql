-- Throughput and lead-time percentiles by the week of delivery, and what was discarded; weeks
-- without any have no row.
with

completed as (
    select
        {{ week_of('deliveries.delivered_at', param('timezone')) }} as week_on,
        deliveries.outcome,
        case when deliveries.outcome = 'delivered' then deliveries.lead_time_seconds end
            as lead_time_seconds
    from {{ mart('fct_issue_deliveries') }} as deliveries
    where
        deliveries.delivered_at >= {{ param('start_at') }}
        and deliveries.delivered_at < {{ param('end_at') }}
        and {{ filtered('deliveries') }}
),

final as (
    select
        week_on,
        count(case when outcome = 'delivered' then 1 end) as delivered_issues,
        count(case when outcome = 'discarded' then 1 end) as discarded_issues,
        {{ percentile(0.5, 'lead_time_seconds') }} as lead_time_p50,
        {{ percentile(0.85, 'lead_time_seconds') }} as lead_time_p85,
        {{ percentile(0.95, 'lead_time_seconds') }} as lead_time_p95
    from completed
    group by week_on
)

select * from final
order by week_on
