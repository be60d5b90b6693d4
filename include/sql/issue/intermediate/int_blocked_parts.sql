{# The parts of visits that ended in which the issue was blocked. #}
with parts as (
    select
        visits.issue_id as issue_id,
        visits.sequence as sequence,
        greatest(visits.entered_at, blocked.begins_at) as begins_at,
        least(visits.left_at, coalesce(blocked.ends_at, visits.left_at)) as ends_at
    from {{ ref('int_flow_visits') }} as visits
    inner join {{ ref('int_blocked_times') }} as blocked on visits.issue_id = blocked.issue_id
    where
        visits.left_at is not null
        and blocked.begins_at < visits.left_at
        and (blocked.ends_at is null or blocked.ends_at > visits.entered_at)
),

final as (
    select
        issue_id,
        sequence,
        begins_at,
        ends_at,
        {{ seconds_between('begins_at', 'ends_at') }} as blocked_seconds
    from parts
)

select * from final
