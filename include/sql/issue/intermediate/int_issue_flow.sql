{# Turning points and durations of an issue: those of its last completion while it is done, and the
   time of the first delivery also when it is not. #}
with final as (
    select
        {% for name in [
            'lead_time_seconds', 'lead_time_without_done_seconds',
            'first_start_last_done_seconds', 'first_start_last_done_without_done_seconds',
            'last_start_last_done_seconds', 'active_seconds', 'waiting_seconds',
            'blocked_seconds', 'backlog_seconds', 'flow_efficiency',
        ] -%}
        case when milestones.is_done then times.{{ name }} end as {{ name }},
        {% endfor -%}
        {% for name in [
            'lead_time_seconds', 'lead_time_without_done_seconds',
            'first_start_last_done_seconds', 'first_start_last_done_without_done_seconds',
            'last_start_last_done_seconds', 'active_seconds', 'waiting_seconds',
            'blocked_seconds', 'backlog_seconds',
        ] -%}
        case when milestones.is_done then working.{{ name }} end as working_{{ name }},
        {% endfor -%}
        working.first_start_first_done_seconds as working_first_start_first_done_seconds,
        milestones.issue_id as issue_id,
        milestones.created_at as created_at,
        milestones.first_started_at as first_started_at,
        milestones.last_started_at as last_started_at,
        milestones.first_done_at as first_done_at,
        milestones.last_done_at as last_done_at,
        milestones.is_done as is_done,
        milestones.is_created_done as is_created_done,
        milestones.reopen_count as reopen_count,
        case when milestones.is_done then completions.outcome end as outcome,
        times.first_start_first_done_seconds as first_start_first_done_seconds
    from {{ ref('int_milestones') }} as milestones
    left join {{ ref('int_completions') }} as completions
        on milestones.issue_id = completions.issue_id and completions.is_last
    left join {{ ref('int_completion_times') }} as times
        on completions.issue_id = times.issue_id and completions.number = times.number
    left join {{ ref('int_completion_working_times') }} as working
        on completions.issue_id = working.issue_id and completions.number = working.number
)

select * from final
