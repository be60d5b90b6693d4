{# Findings that depend on other records or on the clock, whether their rules are on or off. #}
with issues as (
    select * from {{ published('fct_issues') }}
    where missing_reason is null
),

open_issues as (
    select * from issues
    where status_category <> 'done'
),

-- Teams that give more than half of their work an estimate, or a sprint.
habits as (
    select
        instance,
        team,
        2 * count(estimate) > count(*) as estimates,
        2 * count(sprint) > count(*) as has_sprints
    from issues
    where level = 'item' and status_category in ('in_progress', 'done')
    group by 1, 2
),

started as (
    select
        issues.instance as instance,
        issues.issue_key as issue_key,
        habits.estimates and issues.estimate is null as lacks_estimate,
        habits.has_sprints and issues.sprint is null as lacks_sprint
    from issues
    inner join habits on issues.instance = habits.instance and issues.team = habits.team
    where issues.level = 'item' and issues.status_category = 'in_progress'
),

-- Several sprints may have one name.
ended_sprints as (
    select
        instance,
        name,
        max(ends_at) as ended_at
    from {{ published('dim_sprints') }}
    group by 1, 2
    having count(*) = count(ends_at) and max(ends_at) < {{ now() }}
),

open_children as (
    select
        done.instance as instance,
        done.issue_key as issue_key,
        count(*) as child_count,
        min(children.readable_id) as first_child
    from {{ published('v_child_issues') }} as links
    inner join open_issues as children on links.issue_key = children.issue_key
    inner join issues as done
        on links.parent_key = done.issue_key and done.status_category = 'done'
    group by 1, 2
),

found as (
    select
        instance,
        issue_key,
        'open_subtasks_of_done_issue' as rule,
        'the issue is done, and ' || cast(child_count as {{ type_text() }})
        || ' of its sub-tasks are not, such as ' || first_child as detail
    from open_children
    union all
    select
        instance,
        issue_key,
        'estimate_missing' as rule,
        'the issue is in progress without an estimate' as detail
    from started
    where lacks_estimate
    union all
    select
        instance,
        issue_key,
        'in_progress_without_sprint' as rule,
        'the issue is in progress and in no sprint' as detail
    from started
    where lacks_sprint
    union all
    select
        open_issues.instance as instance,
        open_issues.issue_key as issue_key,
        'open_in_ended_sprint' as rule,
        'the sprint ' || open_issues.sprint || ' has ended, and the issue is not done' as detail
    from open_issues
    inner join ended_sprints
        on
            open_issues.instance = ended_sprints.instance
            and open_issues.sprint = ended_sprints.name
    union all
    select
        open_issues.instance as instance,
        open_issues.issue_key as issue_key,
        'assignee_inactive' as rule,
        'the issue is open, and the account of '
        || coalesce(users.display_name, users.username, users.user_id) || ' is disabled' as detail
    from open_issues
    inner join {{ published('dim_users') }} as users on open_issues.assignee_key = users.user_key
    where not users.is_active
    union all
    select
        instance,
        issue_key,
        'dated_in_the_future' as rule,
        'the issue was created, updated or closed later than now' as detail
    from issues
    where
        {{ seconds_between(now(), 'greatest(created_at, updated_at)') }} > 3600
        or {{ seconds_between(now(), 'closed_at') }} > 3600
),

final as (
    select
        issue_key || ':' || rule as finding_key,
        instance,
        issue_key,
        rule,
        detail
    from found
)

select * from final
