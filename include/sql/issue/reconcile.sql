{# The published issues that are open, or were closed since a moment: what the time of their last
   update does not show may still happen to them. And those whose parent or blocker was transferred,
   and so has another id, or was deleted. #}
with issues as (
    select
        issue_key,
        issue_id,
        parent_key,
        missing_reason,
        closed_at
    from {{ published('fct_issues') }}
    where instance = {{ setting('instance') }}
),

others as (
    select
        issue_key,
        parent_key as other_key
    from issues
    union distinct
    select
        issue_key,
        blocker_key as other_key
    from {{ published('ops_issue_blockers') }}
),

final as (
    select issue_id as record_id
    from issues
    where
        missing_reason is null
        and (closed_at is null or closed_at >= {{ iso_to_timestamp(setting('closed_since')) }})
    union distinct
    select issues.issue_id as record_id
    from issues
    inner join others on issues.issue_key = others.issue_key
    inner join issues as gone on others.other_key = gone.issue_key
    where issues.missing_reason is null and gone.missing_reason in ('transferred', 'deleted')
)

select * from final
