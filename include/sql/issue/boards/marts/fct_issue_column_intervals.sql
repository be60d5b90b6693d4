with final as (
    select
        {{ surrogate_key('filters.issue_key', ['intervals.board_id']) }}
        || ':' || cast(intervals.sequence as {{ type_text() }}) as interval_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
        {{ surrogate_key(setting('instance'), ['intervals.board_id']) }} as board_key,
        coalesce(projects.name, sprints.name, intervals.board_id) as board_name,
        {{ surrogate_key(setting('instance'), ['intervals.column_id']) }} as column_key,
        coalesce(board_columns.name, intervals.column_id) as column_name,
        intervals.sequence as sequence,
        intervals.entered_at as entered_at,
        intervals.left_at as left_at,
        intervals.left_at is null as is_current,
        intervals.duration_seconds as duration_seconds,
        leaving.working_seconds - entering.working_seconds as working_duration_seconds,
        {{ surrogate_key(setting('instance'), ['intervals.entered_by_id']) }} as entered_by_key
    from {{ ref('int_column_intervals') }} as intervals
    inner join {{ ref('int_issue_filters') }} as filters on intervals.issue_id = filters.issue_id
    left join {{ ref('int_projects') }} as projects on intervals.board_id = projects.project_id
    left join {{ ref('int_sprints') }} as sprints on intervals.board_id = sprints.sprint_id
    left join {{ ref('int_board_columns') }} as board_columns
        on intervals.column_id = board_columns.column_id
    {% for name, instant in {'entering': 'entered_at', 'leaving': 'left_at'}.items() -%}
    left join {{ ref('int_working_instants') }} as {{ name }}
        on
            filters.issue_id = {{ name }}.issue_id
            and filters.team = {{ name }}.team
            and intervals.{{ instant }} = {{ name }}.instant
    {% endfor %}
)

select * from final
