{# What people leave out, so that nobody can be asked or the issue is not found where it counts. #}
with issues as (
    select
        issues.issue_id as issue_id,
        issues.title as title,
        issues.assignee_id as assignee_id,
        issues.author_id as author_id,
        issues.estimate as estimate,
        today.project_id as project_id,
        visits.status_category as status_category,
        visits.outcome as outcome
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_current_attributes') }} as today on issues.issue_id = today.issue_id
    inner join {{ ref('int_flow_visits') }} as visits
        on issues.issue_id = visits.issue_id and visits.left_at is null
),

ever_assigned as (
    select distinct issue_id from {{ ref('int_issue_values') }}
    where field = 'assignee' and value is not null
),

people as (
    select
        issue_id,
        author_id as user_id
    from issues
    union distinct
    select
        issue_id,
        assignee_id as user_id
    from issues
),

final as (
    select
        issue_id,
        'in_progress_without_assignee' as rule,
        issue_id as subject_id,
        'the issue is in progress and has no assignee' as detail
    from issues
    where status_category = 'in_progress' and assignee_id is null
    union all
    select
        issues.issue_id as issue_id,
        'delivered_without_assignee' as rule,
        issues.issue_id as subject_id,
        'the issue was delivered and never had an assignee' as detail
    from issues
    left join ever_assigned on issues.issue_id = ever_assigned.issue_id
    where issues.outcome = 'delivered' and ever_assigned.issue_id is null
    union all
    select
        people.issue_id as issue_id,
        'user_not_listed' as rule,
        people.user_id as subject_id,
        'the source does not list the author or assignee ' || people.user_id as detail
    from people
    inner join {{ staged('actors') }} as actors
        on people.user_id = actors.user_id and actors.user_type = 'user'
    left join {{ ref('int_users') }} as users on people.user_id = users.user_id
    where users.user_id is null
    union all
    select
        issue_id,
        'estimate_not_positive' as rule,
        issue_id as subject_id,
        case when estimate < 0 then 'the estimate is negative' else 'the estimate is zero' end
            as detail
    from issues
    where estimate <= 0
    union all
    select
        issue_id,
        'without_title' as rule,
        issue_id as subject_id,
        'the issue has no title' as detail
    from issues
    where title = ''
    union all
    select
        issue_id,
        'without_project' as rule,
        issue_id as subject_id,
        'the issue is in no project; its team is `(no project)`' as detail
    from issues
    where project_id is null
)

select * from final
