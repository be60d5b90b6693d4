-- Lead and cycle time of what was done in the period, and how much of it lately.
select
    count(
        case when flow.last_done_at >= {{ param('recent_start_at') }} then 1 end
    ) as recently_done_issues,
    count(flow.lead_time_seconds) as lead_time_n,
    {{ percentile(0.5, 'flow.lead_time_seconds') }} as lead_time_p50,
    {{ percentile(0.85, 'flow.lead_time_seconds') }} as lead_time_p85,
    count(flow.cycle_time_seconds) as cycle_time_n,
    {{ percentile(0.5, 'flow.cycle_time_seconds') }} as cycle_time_p50,
    {{ percentile(0.85, 'flow.cycle_time_seconds') }} as cycle_time_p85
from {{ mart('fct_issue_flow') }} as flow
where
    flow.is_done
    and flow.last_done_at >= {{ param('start_at') }}
    and flow.last_done_at < {{ param('end_at') }}
    and {{ filtered('flow') }}
