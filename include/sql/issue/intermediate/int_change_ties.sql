{# Changes at instants whose order by the source contradicts their from and to. Each
   sprint or project is a series of its own: the issue comes, leaves and comes again. What is dated
   before the creation happened with it. #}
{% from "templates/in_order.sql" import contradictory_instants %}
with steps as (
    select
        changes.issue_id as issue_id,
        case changes.field
            when 'project' then 'project:' || coalesce(changes.new_value, changes.old_value)
            else changes.field
        end as series,
        changes.change_id as change_id,
        greatest(changes.changed_at, issues.created_at) as changed_at,
        changes.event_order as event_order,
        changes.old_value as old_value,
        changes.new_value as new_value,
        case changes.field
            when 'status' then issues.status_id
            when 'project' then coalesce(memberships.project_id, '')
        end as current_value
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    left join {{ staged('issue_projects') }} as memberships
        on
            changes.issue_id = memberships.issue_id
            and coalesce(changes.new_value, changes.old_value) = memberships.project_id
    where
        changes.field in (
            'status', 'project', 'assignee', 'issue_type', 'priority', 'estimate', 'title',
            'resolution'
        )
),

{{ contradictory_instants('steps') }}

select * from final
