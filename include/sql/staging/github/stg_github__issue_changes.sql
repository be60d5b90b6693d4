{# All changes in the form that every source gives them. #}
{% set events = ref('stg_github__issue_events') -%}
-- A parent that the timeline does not tell of has been there since the creation. One that it tells
-- of, and that the issue does not have, such as a deleted one, went by its last update.
with told_parents as (
    select
        issue_id,
        subject_id as parent_id,
        max(case when kind = 'ParentIssueAddedEvent' then event_order end) as added_order,
        max(case when kind = 'ParentIssueRemovedEvent' then event_order end) as removed_order
    from {{ events }}
    where
        kind in ('ParentIssueAddedEvent', 'ParentIssueRemovedEvent') and subject_id is not null
    group by 1, 2
),

-- An issue that is closed though its timeline ends open, as imported ones may, was closed when it
-- says so.
last_statuses as (
    select
        issue_id,
        new_value as status_id,
        row_number() over (partition by issue_id order by event_order desc) as choice
    from {{ ref('stg_github__status_changes') }}
),

untold_closings as (
    select
        issues.issue_id as issue_id,
        issues.closed_at as closed_at,
        coalesce(last_statuses.status_id, 'open') as old_value,
        issues.status_id as new_value
    from {{ ref('stg_github__issues') }} as issues
    left join last_statuses
        on issues.issue_id = last_statuses.issue_id and last_statuses.choice = 1
    where
        issues.closed_at is not null
        and issues.status_id like 'closed:%'
        and coalesce(last_statuses.status_id, 'open') not like 'closed:%'
),

dated as (
    select
        events.event_id || ':' || changes.field
        || case
            when changes.field in ('project', 'column', 'label')
                then
                    ':' || coalesce('-' || changes.old_value, '')
                    || coalesce('+' || changes.new_value, '')
            else ''
        end as change_id,
        changes.issue_id as issue_id,
        events.event_id as event_id,
        changes.event_order as event_order,
        events.happened_at as changed_at,
        events.actor_id as actor_id,
        changes.field as field,
        changes.old_value as old_value,
        changes.new_value as new_value
    from {{ ref('stg_github__event_changes') }} as changes
    inner join {{ events }} as events
        on changes.issue_id = events.issue_id and changes.event_order = events.event_order
    where
        events.happened_at is not null
        and coalesce(changes.old_value, '') <> coalesce(changes.new_value, '')
    union all
    select
        issue_id || ':created' as change_id,
        issue_id,
        issue_id as event_id,
        cast(0 as {{ type_bigint() }}) as event_order,
        created_at as changed_at,
        author_id as actor_id,
        'created' as field,
        cast(null as {{ type_text() }}) as old_value,
        cast(null as {{ type_text() }}) as new_value
    from {{ ref('stg_github__issues') }}
    union all
    select
        issue_id || ':closed' as change_id,
        issue_id,
        issue_id as event_id,
        cast(1000000000 as {{ type_bigint() }}) as event_order,
        closed_at as changed_at,
        cast(null as {{ type_text() }}) as actor_id,
        'status' as field,
        old_value,
        new_value
    from untold_closings
    union all
    select
        issues.issue_id || ':parent' as change_id,
        issues.issue_id as issue_id,
        issues.issue_id as event_id,
        cast(0 as {{ type_bigint() }}) as event_order,
        issues.created_at as changed_at,
        issues.author_id as actor_id,
        'parent' as field,
        cast(null as {{ type_text() }}) as old_value,
        issues.parent_id as new_value
    from {{ ref('stg_github__issues') }} as issues
    left join told_parents
        on
            issues.issue_id = told_parents.issue_id
            and issues.parent_id = told_parents.parent_id
    where issues.parent_id is not null and told_parents.added_order is null
    union all
    select
        issues.issue_id || ':parent-' || told_parents.parent_id as change_id,
        issues.issue_id as issue_id,
        issues.issue_id as event_id,
        cast(1000000000 as {{ type_bigint() }}) as event_order,
        issues.updated_at as changed_at,
        cast(null as {{ type_text() }}) as actor_id,
        'parent' as field,
        told_parents.parent_id as old_value,
        cast(null as {{ type_text() }}) as new_value
    from {{ ref('stg_github__issues') }} as issues
    inner join told_parents on issues.issue_id = told_parents.issue_id
    where
        told_parents.added_order > coalesce(told_parents.removed_order, -1)
        and coalesce(issues.parent_id, '') <> told_parents.parent_id
),

final as (
    select
        change_id,
        issue_id,
        event_id,
        event_order,
        coalesce(actor_id, '') || ':' || cast(
            {{ seconds_between(epoch_to_timestamp('0'), 'changed_at') }} as {{ type_text() }}
        ) as edit_id,
        changed_at,
        actor_id,
        field,
        old_value,
        new_value
    from dated
)

select * from final
