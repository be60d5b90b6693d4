{# Times in an order that cannot be. #}
with changes as (
    select
        changes.issue_id as issue_id,
        count(*) as early_changes
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    where
        changes.changed_at < issues.created_at and changes.field not in ('created', 'status')
    group by 1
),

final as (
    select
        issue_id,
        'change_before_creation' as rule,
        issue_id as subject_id,
        cast(early_changes as {{ type_text() }})
        || ' changes are dated before the issue was created; they count from the creation'
            as detail
    from changes
    union all
    select
        issue_id,
        'times_out_of_order' as rule,
        issue_id as subject_id,
        case
            when closed_at < created_at then 'the issue was closed before it was created'
            else 'the issue was updated for the last time before it was created'
        end as detail
    from {{ staged('issues') }}
    where closed_at < created_at or updated_at < created_at
)

select * from final
