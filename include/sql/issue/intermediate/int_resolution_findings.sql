{# Resolutions and statuses that contradict each other, for sources that have resolutions, and
   resolutions that nothing explains. #}
with mapped as (
    select count(*) as resolutions from {{ settings_table('resolution') }}
),

issues as (
    select
        issues.issue_id as issue_id,
        issues.resolution as resolution,
        visits.status_category as status_category,
        visits.status_id as status_id,
        visits.outcome as status_outcome,
        outcomes.outcome as resolution_outcome
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_flow_visits') }} as visits
        on issues.issue_id = visits.issue_id and visits.left_at is null
    left join {{ settings_table('resolution') }} as outcomes
        on issues.resolution = outcomes.resolution
),

final as (
    select
        issue_id,
        'unmapped_resolution' as rule,
        resolution as subject_id,
        'nothing says whether the resolution ' || resolution
        || ' delivers an issue or discards it; it counts as delivered' as detail
    from {{ ref('int_completions') }}
    where is_unmapped
    group by 1, 2, 3, 4
    union all
    select
        issue_id,
        'resolution_of_open_issue' as rule,
        issue_id as subject_id,
        'the issue has the resolution ' || resolution || ', but its status is not done' as detail
    from issues
    where resolution is not null and status_category in ('todo', 'in_progress')
    union all
    select
        issues.issue_id as issue_id,
        'done_without_resolution' as rule,
        issues.issue_id as subject_id,
        'the issue is done and has no resolution; it counts as ' || issues.status_outcome as detail
    from issues
    cross join mapped
    where
        mapped.resolutions > 0 and issues.resolution is null and issues.status_category = 'done'
    union all
    select
        issue_id,
        'resolution_contradicts_status' as rule,
        issue_id as subject_id,
        'the resolution ' || resolution || ' says that the issue was delivered, its status '
        || 'that it was discarded; it counts as discarded' as detail
    from issues
    where status_outcome = 'discarded' and resolution_outcome = 'delivered'
)

select * from final
