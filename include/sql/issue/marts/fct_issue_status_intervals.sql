with final as (
    select
        filters.issue_key || ':' || cast(intervals.sequence as {{ type_text() }}) as interval_key,
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key,
        filters.team,
        filters.issue_type,
        filters.sprint,
        filters.quarter,
        intervals.sequence,
        {{ surrogate_key(setting('instance'), ['intervals.status_id']) }} as status_key,
        intervals.status_name,
        intervals.status_category,
        intervals.is_waiting,
        intervals.entered_at,
        intervals.left_at,
        intervals.left_at is null as is_current,
        intervals.left_at is null and intervals.status_category = 'done' as is_clock_stopped,
        intervals.duration_seconds,
        {{ surrogate_key(setting('instance'), ['intervals.entered_by_id']) }} as entered_by_key
    from {{ ref('int_status_intervals') }} as intervals
    inner join {{ ref('int_issue_filters') }} as filters on intervals.issue_id = filters.issue_id
)

select * from final
