{# What became of what was planned: by the history up to the end of each sprint, and beside it what
   is in the sprint today, under today's team, type and level. #}
{% set counts = {
    'committed': ('was_committed', 'estimate_at_start'),
    'added': ('was_added', 'estimate_at_start'),
    'removed': ('was_removed', 'estimate_at_end'),
    're_estimated': ('was_re_estimated', 'estimate_at_end - estimate_at_start'),
    'completed': ('is_completed', 'estimate_at_end'),
    'committed_completed': ('was_committed and is_completed', 'estimate_at_start'),
    'discarded': ('is_discarded', 'estimate_at_end'),
    'open': ('is_open_at_end', 'estimate_at_end'),
} %}
with sprints as (
    select
        sprints.sprint_key as sprint_key,
        sprints.instance as instance,
        sprints.name as sprint,
        sprints.team as team,
        sprints.starts_at as starts_at,
        sprints.ends_at as ends_at,
        case
            when sprints.starts_at is null then 'undated'
            when sprints.ends_at <= sprints.starts_at then 'contradictory'
            when sprints.ends_at <= as_of.as_of_at then 'over'
            when sprints.starts_at <= as_of.as_of_at then 'running'
            else 'planned'
        end as state
    from {{ published('dim_sprints') }} as sprints
    left join {{ published('v_as_of') }} as as_of on sprints.instance = as_of.instance
),

members as (
    select
        sprint_key,
        team,
        issue_type,
        level,
        was_committed,
        was_added,
        was_removed,
        was_re_estimated,
        is_completed,
        is_discarded,
        is_open_at_end,
        case when (was_committed or was_added) and estimate_at_start is null then 1 else 0 end
            as is_unestimated,
        coalesce(estimate_at_start, 0) as estimate_at_start,
        coalesce(estimate_at_end, 0) as estimate_at_end
    from {{ published('fct_sprint_issues') }}
),

figures as (
    select
        sprint_key,
        cast(team as {{ type_text() }}) as team,
        cast(issue_type as {{ type_text() }}) as issue_type,
        cast(level as {{ type_text() }}) as level,
        {% for name, (flag, points) in counts.items() -%}
        case when {{ flag }} then 1 else 0 end as {{ name }}_issues,
        case when {{ flag }} then {{ points }} else 0 end as {{ name }}_points,
        {% endfor -%}
        is_unestimated,
        0 as is_current,
        0 as is_current_done
    from members
    union all
    select
        places.project_key as sprint_key,
        cast(issues.team as {{ type_text() }}) as team,
        cast(issues.issue_type as {{ type_text() }}) as issue_type,
        cast(issues.level as {{ type_text() }}) as level,
        {% for name in counts -%}
        0 as {{ name }}_issues,
        0 as {{ name }}_points,
        {% endfor -%}
        0 as is_unestimated,
        1 as is_current,
        case when issues.status_category = 'done' then 1 else 0 end as is_current_done
    from {{ published('ops_issue_projects') }} as places
    inner join {{ published('fct_issues') }} as issues on places.issue_key = issues.issue_key
    where places.is_current and issues.missing_reason is null
),

totals as (
    select
        sprint_key,
        team,
        issue_type,
        level,
        {% for name in counts -%}
        sum({{ name }}_issues) as {{ name }}_issues,
        sum({{ name }}_points) as {{ name }}_points,
        {% endfor -%}
        sum(is_unestimated) as unestimated_issues,
        sum(is_current) as current_issues,
        sum(is_current_done) as current_done_issues
    from figures
    group by 1, 2, 3, 4
),

final as (
    select
        sprints.instance as instance,
        sprints.sprint_key as sprint_key,
        sprints.sprint as sprint,
        coalesce(totals.team, sprints.team) as team,
        coalesce(totals.issue_type, '(no issues)') as issue_type,
        coalesce(totals.level, 'item') as level,
        sprints.starts_at as starts_at,
        sprints.ends_at as ends_at,
        sprints.state as state,
        {% for name in counts -%}
        {% set column = 'carried_over' if name == 'open' else name -%}
        {% set states = "('over')" if name == 'open' else "('over', 'running', 'planned')" -%}
        cast(
            case when sprints.state in {{ states }} then coalesce(totals.{{ name }}_issues, 0) end
            as {{ type_bigint() }}
        ) as {{ column }}_issues,
        cast(
            case when sprints.state in {{ states }} then coalesce(totals.{{ name }}_points, 0) end
            as {{ type_decimal() }}
        ) as {{ column }}_points,
        {% endfor -%}
        cast(
            case
                when sprints.state in ('over', 'running', 'planned')
                    then coalesce(totals.unestimated_issues, 0)
            end as {{ type_bigint() }}
        ) as unestimated_issues,
        case
            when sprints.state = 'over'
                then {{ ratio('totals.committed_completed_issues', 'totals.committed_issues') }}
        end as say_do_issues,
        case
            when sprints.state = 'over'
                then {{ ratio('totals.committed_completed_points', 'totals.committed_points') }}
        end as say_do_points,
        cast(coalesce(totals.current_issues, 0) as {{ type_bigint() }}) as current_issues,
        cast(coalesce(totals.current_done_issues, 0) as {{ type_bigint() }}) as current_done_issues
    from sprints
    left join totals on sprints.sprint_key = totals.sprint_key
)

select * from final
