{# An entry per visit to a status: where the issue began, and every change to another status. #}
with changes as (
    select
        issue_id,
        changed_at,
        event_order,
        actor_id,
        old_value,
        new_value,
        cast(
            row_number() over (
                partition by issue_id order by changed_at, event_order
            ) as {{ type_bigint() }}
        ) as position
    from {{ staged('issue_changes') }}
    where field = 'status' and new_value is not null
),

entries as (
    select
        issues.issue_id,
        coalesce(changes.old_value, changes.new_value, issues.status_id) as status_id,
        issues.created_at as entered_at,
        cast(0 as {{ type_bigint() }}) as position,
        issues.author_id as entered_by_id
    from {{ staged('issues') }} as issues
    left join changes on issues.issue_id = changes.issue_id and changes.position = 1
    union all
    select
        issues.issue_id as issue_id,
        changes.new_value as status_id,
        greatest(changes.changed_at, issues.created_at) as entered_at,
        changes.position,
        changes.actor_id as entered_by_id
    from changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
),

compared as (
    select
        *,
        lag(status_id) over (partition by issue_id order by position) as previous_status_id
    from entries
),

final as (
    select
        issue_id,
        status_id,
        entered_at,
        position,
        entered_by_id
    from compared
    where previous_status_id is null or previous_status_id <> status_id
)

select * from final
