{# What became of each issue that was in a sprint, which is [starts_at, ends_at): what changes at
   its start has happened when it starts, what changes at its end has not when it ends. Without an
   end it is as of now. #}
with memberships as (
    select
        issue_id,
        sprint_id,
        starts_at,
        ends_at,
        max(case when came_at <= starts_at and (left_at is null or left_at > starts_at) then 1 end)
            as was_in_at_start,
        min(case when came_at > starts_at then came_at end) as came_at,
        max(case when left_at is null or left_at >= ends_at then 1 end) as was_in_at_end,
        max(left_at) as left_at
    from {{ ref('int_sprint_stays') }}
    group by 1, 2, 3, 4
),

visits as (
    select
        stays.issue_id as issue_id,
        stays.sprint_id as sprint_id,
        visits.status_category as category,
        visits.outcome as outcome,
        visits.entered_at <= stays.starts_at
        and (visits.left_at is null or visits.left_at > stays.starts_at) as is_at_start,
        (stays.ends_at is null or visits.entered_at < stays.ends_at)
        and (visits.left_at is null or visits.left_at >= stays.ends_at) as is_at_end,
        -- When it counts if it was done at the start: once it has been open, and is in the sprint.
        case
            when
                visits.status_category <> 'done'
                and visits.entered_at > stays.starts_at
                and (stays.ends_at is null or visits.entered_at < stays.ends_at)
                and (stays.left_at is null or visits.entered_at < stays.left_at)
                then greatest(visits.entered_at, stays.came_at)
        end as open_at
    from {{ ref('int_sprint_stays') }} as stays
    inner join {{ ref('int_flow_visits') }} as visits on stays.issue_id = visits.issue_id
),

statuses as (
    select
        issue_id,
        sprint_id,
        max(case when is_at_start then category end) as category_at_start,
        max(case when is_at_end then category end) as category_at_end,
        max(case when is_at_end then outcome end) as outcome_at_end,
        min(open_at) as open_at
    from visits
    group by 1, 2
),

-- Issues with a resolution at the end that discards them.
resolutions as (
    select
        memberships.issue_id as issue_id,
        memberships.sprint_id as sprint_id,
        max(outcomes.outcome) as outcome
    from memberships
    inner join {{ ref('int_issue_values') }} as stretches
        on memberships.issue_id = stretches.issue_id and stretches.field = 'resolution'
    inner join {{ settings_table('resolution') }} as outcomes
        on stretches.value = outcomes.resolution
    where
        (memberships.ends_at is null or stretches.begins_at < memberships.ends_at)
        and (stretches.ends_at is null or stretches.ends_at >= memberships.ends_at)
        and outcomes.outcome = 'discarded'
    group by 1, 2
),

known as (
    select
        memberships.issue_id as issue_id,
        memberships.sprint_id as sprint_id,
        memberships.starts_at as starts_at,
        memberships.ends_at as ends_at,
        coalesce(memberships.was_in_at_start = 1, false) as was_in_at_start,
        coalesce(memberships.was_in_at_end = 1, false) as was_in_at_end,
        memberships.left_at as left_at,
        statuses.category_at_start as category_at_start,
        statuses.category_at_end as category_at_end,
        coalesce(resolutions.outcome, statuses.outcome_at_end, '') as outcome_at_end,
        case
            when statuses.category_at_start = 'done' then statuses.open_at
            when memberships.was_in_at_start is null then memberships.came_at
        end as added_at
    from memberships
    inner join statuses
        on memberships.issue_id = statuses.issue_id and memberships.sprint_id = statuses.sprint_id
    left join resolutions
        on
            memberships.issue_id = resolutions.issue_id
            and memberships.sprint_id = resolutions.sprint_id
),

scoped as (
    select
        *,
        was_in_at_start and category_at_start in ('todo', 'in_progress') as was_committed,
        added_at is not null as was_added,
        -- In an unmapped status at the start: not committed, and not added either.
        was_in_at_start and category_at_start <> 'done' or added_at is not null as is_counted
    from known
),

final as (
    select
        issue_id,
        sprint_id,
        starts_at,
        ends_at,
        was_committed,
        was_added,
        (was_committed or was_added) and not was_in_at_end as was_removed,
        is_counted
        and was_in_at_end
        and category_at_end = 'done'
        and outcome_at_end <> 'discarded' as is_completed,
        is_counted
        and was_in_at_end
        and category_at_end = 'done'
        and outcome_at_end = 'discarded' as is_discarded,
        is_counted and was_in_at_end and category_at_end <> 'done' as is_open_at_end,
        added_at,
        case when is_counted and not was_in_at_end then left_at end as removed_at,
        case when is_counted then coalesce(added_at, starts_at) end as counts_from
    from scoped
    where starts_at is not null
)

select * from final
