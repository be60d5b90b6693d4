{# What happens to healthy issues once and becomes a finding when it is repeated: readers' view
   compares the amount with the rule's limit. #}
with backwards as (
    select
        runs.issue_id as issue_id,
        cast(count(*) as {{ type_bigint() }}) as amount
    from {{ ref('int_category_runs') }} as runs
    inner join {{ ref('int_category_runs') }} as next_runs
        on runs.issue_id = next_runs.issue_id and runs.next_sequence = next_runs.sequence
    where runs.status_category = 'in_progress' and next_runs.status_category = 'todo'
    group by 1
),

final as (
    select
        issue_id,
        'moved_back_to_todo' as rule,
        issue_id as subject_id,
        'times that work was put back from in progress to to do: '
        || cast(amount as {{ type_text() }}) as detail,
        amount
    from backwards
    union all
    select
        issue_id,
        'reopened_often' as rule,
        issue_id as subject_id,
        'times that the issue was reopened: ' || cast(reopen_count as {{ type_text() }}) as detail,
        cast(reopen_count as {{ type_bigint() }}) as amount
    from {{ ref('int_milestones') }}
    where reopen_count > 0
)

select * from final
