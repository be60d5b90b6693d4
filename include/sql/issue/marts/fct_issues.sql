with tombstones as (
    select
        tombstones.issue_id as issue_id,
        tombstones.record_state as record_state,
        tombstones.found_at as found_at
    from {{ ref('stg_issue__tombstones') }} as tombstones
    inner join {{ staged('issues') }} as issues on tombstones.issue_id = issues.issue_id
    -- An issue that was edited after the census exists.
    where tombstones.record_state <> 'present' and issues.updated_at <= tombstones.found_at
),

final as (
    select
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        issues.issue_id as issue_id,
        issues.readable_id as readable_id,
        issues.title as title,
        coalesce(
            issues.url,
            nullif(
                replace({{ setting('issue_page') }}, '{readable_id}', issues.readable_id), ''
            )
        ) as url,
        {{ surrogate_key(setting('instance'), ['today.project_id']) }} as project_key,
        today.team as team,
        today.issue_type as issue_type,
        today.level as level,
        parents.parent_key as parent_key,
        today.sprint as sprint,
        filters.quarter as quarter,
        {{ surrogate_key(setting('instance'), ['issues.status_id']) }} as status_key,
        coalesce(statuses.name, issues.status_id) as status_name,
        coalesce(visits.status_category, statuses.category, 'unknown') as status_category,
        issues.priority as priority,
        issues.estimate as estimate,
        {{ surrogate_key(setting('instance'), ['issues.author_id']) }} as author_key,
        {{ surrogate_key(setting('instance'), ['issues.assignee_id']) }} as assignee_key,
        issues.created_at as created_at,
        issues.updated_at as updated_at,
        issues.closed_at as closed_at,
        issues.custom_fields as custom_fields,
        coalesce(tombstones.record_state in ('deleted', 'missing'), false) as is_deleted,
        tombstones.record_state as missing_reason,
        tombstones.found_at as missing_since
    from {{ staged('issues') }} as issues
    inner join {{ ref('int_issue_filters') }} as filters on issues.issue_id = filters.issue_id
    inner join {{ ref('int_current_attributes') }} as today on issues.issue_id = today.issue_id
    left join {{ ref('int_parents') }} as parents on issues.issue_id = parents.issue_id
    left join {{ ref('int_statuses') }} as statuses on issues.status_id = statuses.status_id
    left join {{ ref('int_status_intervals') }} as visits
        on
            issues.issue_id = visits.issue_id
            and issues.status_id = visits.status_id
            and visits.left_at is null
    left join tombstones on issues.issue_id = tombstones.issue_id
)

select * from final
