{# Contradictions between the API's own answers. #}
with mentioned as (
    select
        issue_id,
        status_id
    from {{ ref('stg_youtrack__issues') }}
    union distinct
    select
        issue_id,
        old_value
    from {{ ref('stg_youtrack__status_changes') }}
    union distinct
    select
        issue_id,
        new_value
    from {{ ref('stg_youtrack__status_changes') }}
),

created as (
    select distinct issue_id
    from {{ ref('stg_youtrack__activities') }}
    where category = 'IssueCreatedCategory'
),

final as (
    select
        mentioned.issue_id as issue_id,
        'state_without_bundle' as rule,
        'no state bundle lists ' || min(mentioned.status_id) as detail
    from mentioned
    left join {{ ref('stg_youtrack__statuses') }} as statuses
        on mentioned.status_id = statuses.status_id
    where statuses.status_id is null
    group by 1, 2
    union all
    select
        issues.issue_id as issue_id,
        'history_without_creation' as rule,
        'the activities do not tell who created the issue' as detail
    from {{ ref('stg_youtrack__issues') }} as issues
    left join created on issues.issue_id = created.issue_id
    where created.issue_id is null
)

select * from final
