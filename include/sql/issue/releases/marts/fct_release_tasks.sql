{# Releases, with who took part in them. #}
with people as (
    select
        issue_id,
        'commenter' as part_taken,
        actor_id
    from {{ staged('issue_changes') }}
    where field = 'comment'
    union all
    select
        issue_id,
        'mentioner' as part_taken,
        added_by_id as actor_id
    from {{ ref('int_issue_edges') }}
    where edge_kind = 'mentioned_by'
    union all
    select
        unblocks.issue_id as issue_id,
        'unblocker' as part_taken,
        unblocks.actor_id as actor_id
    from {{ staged('unblocks') }} as unblocks
    inner join {{ ref('int_statuses') }} as statuses
        on unblocks.new_status_id = statuses.status_id
    where statuses.category = 'done'
    union all
    select
        issue_id,
        'resolver' as part_taken,
        entered_by_id as actor_id
    from {{ ref('int_status_intervals') }}
    where status_category = 'done'
),

counts as (
    select
        issue_id,
        {% for name in ['commenter', 'mentioner', 'unblocker', 'resolver'] -%}
        count(distinct case when part_taken = '{{ name }}' then actor_id end) as {{ name }}s
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from people
    group by issue_id
),

blockers as (
    select
        issue_id,
        count(distinct blocker_id) as blockers,
        count(
            distinct case
                when blocker_kind = 'subtask' and blocked_until_at is null then blocker_id
            end
        ) as standing_blockers
    from {{ ref('int_release_blockers') }}
    group by issue_id
),

final as (
    select
        filters.issue_key || ':release' as release_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.project_key as project_key,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.sprint as sprint,
        filters.quarter as quarter,
        issues.readable_id as readable_id,
        issues.title as title,
        releases.release_version as release_version,
        {{ surrogate_key(setting('instance'), ['releases.conductor_id']) }} as conductor_key,
        {{ surrogate_key(setting('instance'), ['releases.backup_conductor_id']) }}
            as backup_conductor_key,
        releases.train_on as train_on,
        1 + {{ days_from(first_of('week', 'releases.train_on'), 'releases.train_on') }}
            as train_weekday,
        {{ surrogate_key(setting('instance'), ['issues.status_id']) }} as status_key,
        flow.is_done as is_done,
        flow.outcome as outcome,
        issues.created_at as created_at,
        flow.first_started_at as begun_at,
        case when flow.is_done then flow.last_done_at end as finished_at,
        {% for name in ['commenter', 'mentioner', 'unblocker', 'resolver'] -%}
        cast(coalesce(counts.{{ name }}s, 0) as {{ type_bigint() }}) as {{ name }}s,
        {% endfor -%}
        cast(coalesce(blockers.blockers, 0) as {{ type_bigint() }}) as blockers,
        cast(coalesce(blockers.standing_blockers, 0) as {{ type_bigint() }})
            as standing_blockers
    from {{ staged('releases') }} as releases
    inner join {{ staged('issues') }} as issues on releases.issue_id = issues.issue_id
    inner join {{ ref('int_issue_filters') }} as filters
        on releases.issue_id = filters.issue_id
    inner join {{ ref('int_issue_flow') }} as flow on releases.issue_id = flow.issue_id
    left join counts on releases.issue_id = counts.issue_id
    left join blockers on releases.issue_id = blockers.issue_id
)

select * from final
