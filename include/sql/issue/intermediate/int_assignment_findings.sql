{# Histories of assignees that do not lead to the assignee of today. #}
with final as (
    select
        issues.issue_id as issue_id,
        'assignee_disagrees_with_history' as rule,
        issues.issue_id as subject_id,
        'the issue is assigned to ' || coalesce(issues.assignee_id, 'nobody')
        || ', its history leads to ' || coalesce(history.value, 'nobody') as detail
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_issue_values') }} as history
        on
            issues.issue_id = history.issue_id
            and history.field = 'assignee'
            and history.ends_at is null
    where coalesce(issues.assignee_id, '') <> coalesce(history.value, '')
)

select * from final
