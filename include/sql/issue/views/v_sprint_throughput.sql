{# Planned, added, removed and completed issues of a sprint. All periods are half-open; one
   without an end reaches beyond an end that is still to come. #}
with sprints as (
    select
        sprint_key,
        instance,
        name,
        starts_at,
        ends_at
    from {{ published('dim_sprints') }}
),

issues as (
    select
        issue_key,
        team,
        issue_type,
        cast(created_at as {{ type_timestamp() }}) as created_at,
        case when missing_reason is null then 1 else 0 end as is_there
    from {{ published('fct_issues') }}
),

events as (
    select
        mentioned.issue_key as issue_key,
        sprints.sprint_key as sprint_key,
        cast(0 as {{ type_bigint() }}) as event_order,
        '' as change_key,
        issues.created_at as happened_at,
        cast(null as {{ type_boolean() }}) as is_arrival
    from {{ published('ops_issue_projects') }} as mentioned
    inner join sprints on mentioned.project_key = sprints.sprint_key
    inner join issues on mentioned.issue_key = issues.issue_key
    union all
    select
        issue_key,
        {{ surrogate_key('instance', ['coalesce(new_value, old_value)']) }} as sprint_key,
        event_order,
        change_key,
        changed_at as happened_at,
        new_value is not null as is_arrival
    from {{ published('fct_issue_changes') }}
    where field = 'project'
),

followed as (
    select
        issue_key,
        sprint_key,
        happened_at,
        is_arrival,
        lead(happened_at) over history as next_at,
        lead(is_arrival) over history as next_is_arrival
    from events
    window history as (
        partition by issue_key, sprint_key
        order by is_arrival is not null, happened_at, event_order, change_key
    )
),

-- From its creation on, an issue was in a sprint that its first change does not bring it to.
stays as (
    select
        issue_key,
        sprint_key,
        'member' as kind,
        happened_at as begins_at,
        next_at as until_at
    from followed
    where
        coalesce(is_arrival, not coalesce(next_is_arrival, false))
        and (next_at is null or happened_at < next_at)
),

periods as (
    select * from stays
    union all
    select
        stays.issue_key as issue_key,
        stays.sprint_key as sprint_key,
        'done' as kind,
        visits.entered_at as begins_at,
        visits.left_at as until_at
    from stays
    inner join {{ published('fct_issue_status_intervals') }} as visits
        on stays.issue_key = visits.issue_key and visits.status_category = 'done'
),

placed as (
    select
        periods.issue_key as issue_key,
        periods.sprint_key as sprint_key,
        periods.kind as kind,
        periods.until_at is null as is_now,
        periods.begins_at <= sprints.starts_at
        and (periods.until_at is null or periods.until_at > sprints.starts_at) as is_at_start,
        periods.begins_at > sprints.starts_at
        and (sprints.ends_at is null or periods.begins_at < sprints.ends_at) as is_begun_within,
        (sprints.ends_at is null or periods.begins_at < sprints.ends_at)
        and (periods.until_at is null or periods.until_at >= sprints.ends_at) as is_at_end
    from periods
    inner join sprints on periods.sprint_key = sprints.sprint_key
),

flags as (
    select
        issue_key,
        sprint_key,
        max(case when kind = 'member' and is_at_start then 1 else 0 end) as was_in,
        max(case when kind = 'member' and is_begun_within then 1 else 0 end) as came,
        max(case when kind = 'member' and is_at_end then 1 else 0 end) as stayed,
        max(case when kind = 'member' and is_now then 1 else 0 end) as is_in,
        1 - max(case when kind = 'done' and is_at_start then 1 else 0 end) as was_open,
        max(case when kind = 'done' and is_at_end then 1 else 0 end) as was_finished,
        max(case when kind = 'done' and is_now then 1 else 0 end) as is_done
    from placed
    group by 1, 2
),

final as (
    select
        sprints.instance as instance,
        sprints.sprint_key as sprint_key,
        sprints.name as sprint,
        issues.team as team,
        issues.issue_type as issue_type,
        sprints.starts_at as starts_at,
        sprints.ends_at as ends_at,
        {% for name, flag in {
            'planned': 'was_open * was_in',
            'added': 'was_open * (1 - was_in) * came',
            'removed': 'was_open * greatest(was_in, came) * (1 - stayed)',
            'completed': 'was_open * greatest(was_in, came) * stayed * was_finished',
            'planned_completed': 'was_open * was_in * stayed * was_finished',
        }.items() -%}
        cast(
            sum(case when sprints.starts_at is not null then {{ flag }} end) as {{ type_bigint() }}
        ) as {{ name }}_issues,
        {% endfor -%}
        cast(sum(is_in * is_there) as {{ type_bigint() }}) as current_issues,
        cast(sum(is_in * is_done * is_there) as {{ type_bigint() }}) as current_done_issues
    from flags
    inner join sprints on flags.sprint_key = sprints.sprint_key
    inner join issues on flags.issue_key = issues.issue_key
    group by 1, 2, 3, 4, 5, 6, 7
)

select * from final
