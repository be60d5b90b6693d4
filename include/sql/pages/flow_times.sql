-- Lead and cycle time of what was delivered in the period, how much of it lately, and what was
-- discarded meanwhile.
with

completed as (
    select
        deliveries.outcome,
        case when deliveries.delivered_at >= {{ param('recent_start_at') }} then 1 end as is_recent,
        case when deliveries.outcome = 'delivered' then deliveries.lead_time_seconds end
            as lead_time_seconds,
        case when deliveries.outcome = 'delivered' then deliveries.cycle_time_seconds end
            as cycle_time_seconds
    from {{ mart('fct_issue_deliveries') }} as deliveries
    where
        deliveries.delivered_at >= {{ param('start_at') }}
        and deliveries.delivered_at < {{ param('end_at') }}
        and {{ filtered('deliveries') }}
),

final as (
    select
        count(case when outcome = 'delivered' then is_recent end) as recently_delivered_issues,
        count(case when outcome = 'discarded' then is_recent end) as recently_discarded_issues,
        count(lead_time_seconds) as lead_time_n,
        {{ percentile(0.5, 'lead_time_seconds') }} as lead_time_p50,
        {{ percentile(0.85, 'lead_time_seconds') }} as lead_time_p85,
        count(cycle_time_seconds) as cycle_time_n,
        {{ percentile(0.5, 'cycle_time_seconds') }} as cycle_time_p50,
        {{ percentile(0.85, 'cycle_time_seconds') }} as cycle_time_p85
    from completed
)

select * from final
