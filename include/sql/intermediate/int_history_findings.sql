{# Status histories that contradict themselves or the issue. #}
with changes as (
    select
        issue_id,
        event_id,
        old_value,
        lag(new_value) over (partition by issue_id order by changed_at, event_order)
            as previous_value,
        row_number() over (partition by issue_id order by changed_at, event_order) as position
    from {{ staged('issue_changes') }}
    where field = 'status' and new_value is not null
),

broken as (
    select
        issue_id,
        'status_chain_broken' as rule,
        event_id as subject_id,
        'transaction ' || event_id || ' leaves ' || coalesce(old_value, 'nothing')
        || ', but the one before led to ' || previous_value as detail
    from changes
    where position > 1 and coalesce(old_value, '') <> previous_value
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
        'nothing says what the status ' || status_id || ' means' as detail
    from {{ ref('int_status_intervals') }}
    where status_category = 'unknown'
    group by 1, 2, 3, 4
),

final as (
    select * from broken
    union all
    select * from disagreeing
    union all
    select * from unmapped
)

select * from final
