with final as (
    select
        filters.issue_key || ':' || cast(intervals.sequence as {{ type_text() }}) as interval_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key as project_key,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
        intervals.sequence as sequence,
        {{ surrogate_key(setting('instance'), ['intervals.status_id']) }} as status_key,
        intervals.status_name as status_name,
        intervals.status_category as status_category,
        intervals.is_waiting as is_waiting,
        intervals.entered_at as entered_at,
        intervals.left_at as left_at,
        intervals.left_at is null as is_current,
        intervals.left_at is null and intervals.status_category = 'done' as is_clock_stopped,
        intervals.duration_seconds as duration_seconds,
        working.working_duration_seconds as working_duration_seconds,
        working.calendar_key as calendar_key,
        {{ surrogate_key(setting('instance'), ['intervals.entered_by_id']) }} as entered_by_key
    from {{ ref('int_status_intervals') }} as intervals
    inner join {{ ref('int_issue_filters') }} as filters on intervals.issue_id = filters.issue_id
    left join {{ ref('int_visit_working_times') }} as working
        on intervals.issue_id = working.issue_id and intervals.sequence = working.sequence
)

select * from final
