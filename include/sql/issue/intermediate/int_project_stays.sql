{# The stays of issues in projects and sprints. From its creation on, an issue was in what its first
   change does not bring it to; what is dated before the creation happened with it. #}
with mentioned as (
    select
        issue_id,
        project_id
    from {{ staged('issue_projects') }}
    union distinct
    select
        issue_id,
        coalesce(new_value, old_value) as project_id
    from {{ staged('issue_changes') }}
    where field = 'project' and coalesce(new_value, old_value) is not null
),

events as (
    select
        mentioned.issue_id as issue_id,
        mentioned.project_id as project_id,
        0 as step,
        issues.created_at as happened_at,
        cast(0 as {{ type_bigint() }}) as event_order,
        '' as change_id,
        cast(null as {{ type_boolean() }}) as is_arrival
    from mentioned
    inner join {{ staged('issues') }} as issues on mentioned.issue_id = issues.issue_id
    union all
    select
        changes.issue_id as issue_id,
        coalesce(changes.new_value, changes.old_value) as project_id,
        1 as step,
        greatest(changes.changed_at, issues.created_at) as happened_at,
        coalesce(change_order.event_order, changes.event_order) as event_order,
        changes.change_id as change_id,
        changes.new_value is not null as is_arrival
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
    where changes.field = 'project' and coalesce(changes.new_value, changes.old_value) is not null
),

followed as (
    select
        issue_id,
        project_id,
        happened_at,
        is_arrival,
        {{ lead('happened_at') }} over history as next_at,
        {{ lead('is_arrival') }} over history as next_is_arrival
    from events
    window history as (
        partition by issue_id, project_id order by step, happened_at, event_order, change_id
    )
),

entered as (
    select
        issue_id,
        project_id,
        happened_at as begins_at,
        next_at as ends_at
    from followed
    where
        coalesce(is_arrival, not coalesce(next_is_arrival, false))
        and (next_at is null or happened_at < next_at)
),

-- Told twice that it is there, it did not leave in between.
compared as (
    select
        *,
        {{ lag('ends_at') }} over (
            partition by issue_id, project_id order by begins_at
        ) as left_before_at
    from entered
),

grouped as (
    select
        *,
        sum(case when left_before_at = begins_at then 0 else 1 end) over (
            partition by issue_id, project_id
            order by begins_at rows between unbounded preceding and current row
        ) as stay
    from compared
),

final as (
    select
        issue_id,
        project_id,
        min(begins_at) as begins_at,
        case when count(*) = count(ends_at) then max(ends_at) end as ends_at
    from grouped
    group by issue_id, project_id, stay
)

select * from final
