{# Durations up to each entry into done. Cycle times need a start; an issue that was created as done
   has none. #}
with starts as (
    select
        completions.issue_id as issue_id,
        completions.number as number,
        max(runs.entered_at) as last_started_at
    from {{ ref('int_completions') }} as completions
    inner join {{ ref('int_category_runs') }} as runs on completions.issue_id = runs.issue_id
    where runs.is_start and runs.entered_at <= completions.completed_at
    group by completions.issue_id, completions.number
),

blocked as (
    select
        issue_id,
        sequence,
        cast(sum(blocked_seconds) as {{ type_bigint() }}) as blocked_seconds
    from {{ ref('int_blocked_parts') }}
    group by issue_id, sequence
),

spent as (
    select
        {% for name, condition in {
            'working': "visits.status_category = 'in_progress' and not visits.is_waiting",
            'waiting': "visits.status_category <> 'done' and visits.is_waiting",
            'backlog': "visits.status_category = 'todo' and not visits.is_waiting",
            'done': "visits.status_category = 'done'",
            'done_since_start':
                "visits.status_category = 'done' and visits.entered_at >= milestones.first_started_at",
        }.items() -%}
        cast(sum(
            case when {{ condition }} then visits.duration_seconds else 0 end
        ) as {{ type_bigint() }}) as {{ name }}_seconds,
        {% endfor -%}
        cast(sum(
            case
                when visits.status_category = 'in_progress' and not visits.is_waiting
                    then coalesce(blocked.blocked_seconds, 0)
                else 0
            end
        ) as {{ type_bigint() }}) as blocked_seconds,
        completions.issue_id as issue_id,
        completions.number as number
    from {{ ref('int_completions') }} as completions
    inner join {{ ref('int_milestones') }} as milestones
        on completions.issue_id = milestones.issue_id
    inner join {{ ref('int_flow_visits') }} as visits on completions.issue_id = visits.issue_id
    left join blocked
        on visits.issue_id = blocked.issue_id and visits.sequence = blocked.sequence
    where visits.left_at <= completions.completed_at
    group by completions.issue_id, completions.number
),

measured as (
    select
        {% for name in [
            'working', 'blocked', 'waiting', 'backlog', 'done', 'done_since_start',
        ] -%}
        coalesce(spent.{{ name }}_seconds, 0) as {{ name }}_seconds,
        {% endfor -%}
        completions.issue_id as issue_id,
        completions.number as number,
        completions.completed_at as completed_at,
        milestones.first_started_at as first_started_at,
        milestones.first_done_at as first_done_at,
        starts.last_started_at as last_started_at,
        {{ seconds_between('milestones.created_at', 'completions.completed_at') }} as lead_seconds,
        {{ seconds_between('milestones.first_started_at', 'completions.completed_at') }}
            as cycle_seconds,
        not milestones.is_created_done as is_lead,
        starts.last_started_at is not null and not milestones.is_created_done as is_cycle,
        waiting.value = 'true' as is_waiting_known,
        blocked.value = 'true' or coalesce(spent.blocked_seconds, 0) > 0
        {%- if has_part('shown_fields') %} or shown.issue_id is not null{% endif %}
            as is_blocked_known
    from {{ ref('int_completions') }} as completions
    inner join {{ ref('int_milestones') }} as milestones
        on completions.issue_id = milestones.issue_id
    left join starts
        on completions.issue_id = starts.issue_id and completions.number = starts.number
    left join spent
        on completions.issue_id = spent.issue_id and completions.number = spent.number
    {% if has_part('shown_fields') -%}
    left join {{ ref('int_shown_fields') }} as shown on completions.issue_id = shown.issue_id
    {% endif -%}
    cross join {{ ref('int_settings') }} as waiting
    cross join {{ ref('int_settings') }} as blocked
    where waiting.name = 'has_waiting_statuses' and blocked.name = 'knows_blocked'
),

final as (
    select
        issue_id,
        number,
        last_started_at,
        case when is_lead then lead_seconds end as lead_time_seconds,
        case when is_lead then lead_seconds - done_seconds end as lead_time_without_done_seconds,
        case
            when is_lead and first_started_at <= first_done_at
                then {{ seconds_between('first_started_at', 'first_done_at') }}
        end as first_start_first_done_seconds,
        case when is_cycle then cycle_seconds end as first_start_last_done_seconds,
        case when is_cycle then cycle_seconds - done_since_start_seconds end
            as first_start_last_done_without_done_seconds,
        case when is_cycle then {{ seconds_between('last_started_at', 'completed_at') }} end
            as last_start_last_done_seconds,
        case when is_cycle then working_seconds - blocked_seconds end as active_seconds,
        case when is_cycle and is_waiting_known then waiting_seconds end as waiting_seconds,
        case when is_cycle and is_blocked_known then blocked_seconds end as blocked_seconds,
        case when is_lead then backlog_seconds end as backlog_seconds,
        case
            when is_cycle and (is_waiting_known or is_blocked_known)
                then {{ ratio(
                    '(working_seconds - blocked_seconds)',
                    '(cycle_seconds - done_since_start_seconds)',
                ) }}
        end as flow_efficiency
    from measured
)

select * from final
