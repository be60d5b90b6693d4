{# Who did something on which issue, by day; the creation is something. It counts under the team
   that the issue belonged to at that moment. #}
with actions as (
    select
        issue_id,
        author_id as user_id,
        created_at as acted_at,
        0 as changes
    from {{ staged('issues') }}
    where author_id is not null
    union all
    select
        changes.issue_id as issue_id,
        changes.actor_id as user_id,
        greatest(changes.changed_at, issues.created_at) as acted_at,
        1 as changes
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    where changes.actor_id is not null
),

final as (
    select
        actions.issue_id as issue_id,
        actions.user_id as user_id,
        attributes.team as team,
        {{ day_of('actions.acted_at', setting('reporting_timezone')) }} as active_on,
        {{ week_of('actions.acted_at', setting('reporting_timezone')) }} as week_on,
        min(actions.acted_at) as first_active_at,
        max(actions.acted_at) as last_active_at,
        cast(sum(actions.changes) as {{ type_bigint() }}) as changes
    from actions
    inner join {{ ref('int_issue_attributes') }} as attributes
        on actions.issue_id = attributes.issue_id
    where
        actions.acted_at >= attributes.begins_at
        and (attributes.ends_at is null or actions.acted_at < attributes.ends_at)
    group by 1, 2, 3, 4, 5
)

select * from final
