with numbered as (
    select
        issue_id,
        project_id,
        begins_at,
        ends_at,
        cast(
            row_number() over (partition by issue_id, project_id order by begins_at)
            as {{ type_bigint() }}
        ) as sequence
    from {{ ref('int_project_stays') }}
),

final as (
    select
        {{ surrogate_key('filters.issue_key', ['stays.project_id']) }}
        || ':' || cast(stays.sequence as {{ type_text() }}) as stay_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.level as level,
        filters.sprint as sprint,
        filters.quarter as quarter,
        {{ surrogate_key(setting('instance'), ['stays.project_id']) }} as project_key,
        stays.sequence as sequence,
        stays.begins_at as came_at,
        stays.ends_at as left_at,
        stays.ends_at is null as is_current,
        {{ seconds_between('stays.begins_at', 'stays.ends_at') }} as duration_seconds
    from numbered as stays
    inner join {{ ref('int_issue_filters') }} as filters on stays.issue_id = filters.issue_id
)

select * from final
