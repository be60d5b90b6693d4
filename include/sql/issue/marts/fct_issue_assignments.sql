with final as (
    select
        filters.issue_key || ':' || cast(assignments.sequence as {{ type_text() }})
            as assignment_key,
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.team,
        filters.issue_type,
        filters.level,
        filters.sprint,
        filters.quarter,
        assignments.sequence,
        {{ surrogate_key(setting('instance'), ['assignments.user_id']) }} as assignee_key,
        assignments.assigned_at,
        assignments.released_at,
        assignments.released_at is null as is_current,
        assignments.duration_seconds
    from {{ ref('int_issue_assignments') }} as assignments
    inner join {{ ref('int_issue_filters') }} as filters
        on assignments.issue_id = filters.issue_id
)

select * from final
