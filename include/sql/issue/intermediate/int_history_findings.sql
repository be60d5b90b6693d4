{# Inconsistent status histories. #}
with broken as (
    select
        issue_id,
        'status_chain_broken' as rule,
        event_id as subject_id,
        'transaction ' || event_id || ' leaves ' || coalesce(left_status_id, 'nothing')
        || ', but the one before led to ' || previous_status_id as detail
    from {{ ref('int_status_changes') }}
    where position > 1 and coalesce(left_status_id, '') <> previous_status_id
),

too_early as (
    select
        issue_id,
        'status_change_before_creation' as rule,
        event_id as subject_id,
        'transaction ' || event_id || ' changed the status '
        || cast(seconds_before_creation as {{ type_text() }})
        || ' seconds before the issue was created; it counts from the creation' as detail
    from {{ ref('int_status_changes') }}
    where position > 0 and seconds_before_creation > 0
),

disagreeing as (
    select
        issues.issue_id,
        'status_disagrees_with_history' as rule,
        issues.issue_id as subject_id,
        'the issue is ' || issues.status_id || ', its history leads to ' || intervals.status_id
            as detail
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_status_intervals') }} as intervals
        on issues.issue_id = intervals.issue_id and intervals.left_at is null
    where intervals.status_id <> issues.status_id
),

unmapped as (
    select
        issue_id,
        'unmapped_status' as rule,
        status_id as subject_id,
        'nothing says what the status ' || min(status_name)
        || ' means; the time in it counts as neither work nor waiting' as detail
    from {{ ref('int_status_intervals') }}
    where status_category = 'unknown'
    group by 1, 2, 3
),

final as (
    select * from broken
    union all
    select * from too_early
    union all
    select * from disagreeing
    union all
    select * from unmapped
)

select * from final
