-- Throughput and lead-time percentiles by the week of completion; weeks without any have no row.
with

done as (
    select
        {{ week_of('flow.last_done_at', param('timezone')) }} as week_on,
        flow.lead_time_seconds
    from {{ mart('fct_issue_flow') }} as flow
    where
        flow.is_done
        and flow.last_done_at >= {{ param('start_at') }}
        and flow.last_done_at < {{ param('end_at') }}
        and {{ filtered('flow') }}
),

final as (
    select
        week_on,
        count(*) as done_issues,
        {{ percentile(0.5, 'lead_time_seconds') }} as lead_time_p50,
        {{ percentile(0.85, 'lead_time_seconds') }} as lead_time_p85,
        {{ percentile(0.95, 'lead_time_seconds') }} as lead_time_p95
    from done
    group by week_on
)

select * from final
order by week_on
