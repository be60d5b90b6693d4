{# The durations up to each entry into done in working time: null where no calendar reaches. #}
with visits as (
    select
        marks.issue_id as issue_id,
        marks.number as number,
        visits.sequence as sequence,
        visits.entered_at as entered_at,
        visits.status_category as status_category,
        visits.is_waiting as is_waiting,
        ended.working_seconds - began.working_seconds as working_seconds
    from {{ ref('int_completion_marks') }} as marks
    inner join {{ ref('int_completions') }} as completions
        on marks.issue_id = completions.issue_id and marks.number = completions.number
    inner join {{ ref('int_flow_visits') }} as visits on marks.issue_id = visits.issue_id
    inner join {{ ref('int_working_instants') }} as began
        on
            visits.issue_id = began.issue_id
            and marks.team = began.team
            and visits.entered_at = began.instant
    inner join {{ ref('int_working_instants') }} as ended
        on
            visits.issue_id = ended.issue_id
            and marks.team = ended.team
            and visits.left_at = ended.instant
    where visits.left_at <= completions.completed_at
),

blocked as (
    select
        marks.issue_id as issue_id,
        marks.number as number,
        parts.sequence as sequence,
        sum(ended.working_seconds - began.working_seconds) as blocked_seconds
    from {{ ref('int_completion_marks') }} as marks
    inner join {{ ref('int_blocked_parts') }} as parts on marks.issue_id = parts.issue_id
    inner join {{ ref('int_working_instants') }} as began
        on
            parts.issue_id = began.issue_id
            and marks.team = began.team
            and parts.begins_at = began.instant
    inner join {{ ref('int_working_instants') }} as ended
        on
            parts.issue_id = ended.issue_id
            and marks.team = ended.team
            and parts.ends_at = ended.instant
    group by marks.issue_id, marks.number, parts.sequence
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
        sum(case when {{ condition }} then visits.working_seconds else 0 end) as {{ name }}_seconds,
        {% endfor -%}
        sum(
            case
                when visits.status_category = 'in_progress' and not visits.is_waiting
                    then coalesce(blocked.blocked_seconds, 0)
                else 0
            end
        ) as blocked_seconds,
        count(*) = count(visits.working_seconds) as is_covered,
        visits.issue_id as issue_id,
        visits.number as number
    from visits
    inner join {{ ref('int_milestones') }} as milestones on visits.issue_id = milestones.issue_id
    left join blocked
        on
            visits.issue_id = blocked.issue_id
            and visits.number = blocked.number
            and visits.sequence = blocked.sequence
    group by visits.issue_id, visits.number
),

measured as (
    select
        {% for name in [
            'working', 'waiting', 'backlog', 'done', 'done_since_start', 'blocked',
        ] -%}
        case
            when coalesce(spent.is_covered, true)
                then cast(coalesce(spent.{{ name }}_seconds, 0) as {{ type_bigint() }})
        end as {{ name }}_seconds,
        {% endfor -%}
        marks.issue_id as issue_id,
        marks.number as number,
        {% for point in ['created', 'first_start', 'last_start', 'first_done'] -%}
        marks.{{ point }}_seconds as {{ point }}_seconds,
        {% endfor -%}
        marks.completed_seconds as completed_seconds
    from {{ ref('int_completion_marks') }} as marks
    left join spent on marks.issue_id = spent.issue_id and marks.number = spent.number
),

final as (
    select
        {% for name, duration in {
            'lead_time': 'measured.completed_seconds - measured.created_seconds',
            'lead_time_without_done':
                'measured.completed_seconds - measured.created_seconds - measured.done_seconds',
            'first_start_first_done': 'measured.first_done_seconds - measured.first_start_seconds',
            'first_start_last_done': 'measured.completed_seconds - measured.first_start_seconds',
            'first_start_last_done_without_done':
                'measured.completed_seconds - measured.first_start_seconds'
                ~ ' - measured.done_since_start_seconds',
            'last_start_last_done': 'measured.completed_seconds - measured.last_start_seconds',
            'active': 'measured.working_seconds - measured.blocked_seconds',
            'waiting': 'measured.waiting_seconds',
            'blocked': 'measured.blocked_seconds',
            'backlog': 'measured.backlog_seconds',
        }.items() -%}
        case when times.{{ name }}_seconds is not null then {{ duration }} end
            as {{ name }}_seconds,
        {% endfor -%}
        times.issue_id as issue_id,
        times.number as number
    from {{ ref('int_completion_times') }} as times
    inner join measured
        on times.issue_id = measured.issue_id and times.number = measured.number
)

select * from final
