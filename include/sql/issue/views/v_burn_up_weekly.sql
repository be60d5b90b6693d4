{# What was in each project, sprint and milestone at the end of each week, and how far it was: from
   the first week on to the one that is known last. #}
{% from "templates/known_weeks.sql" import last_weeks %}
{% set categories = ['todo', 'in_progress', 'done', 'unknown'] -%}
with pieces as (
    select
        stays.instance as instance,
        stays.project_key as project_key,
        stays.level as level,
        visits.status_category as category,
        greatest(stays.came_at, visits.entered_at) as begins_at,
        coalesce(least(stays.left_at, visits.left_at), stays.left_at, visits.left_at) as ends_at
    from {{ published('fct_issue_project_stays') }} as stays
    inner join {{ published('fct_issue_status_intervals') }} as visits
        on stays.issue_key = visits.issue_key
    where
        (stays.left_at is null or visits.entered_at < stays.left_at)
        and (visits.left_at is null or stays.came_at < visits.left_at)
),

steps as (
    {% for relation, instant, kind, change in [
        ('pieces', 'begins_at', 'category', 1),
        ('pieces', 'ends_at', 'category', -1),
        (published('fct_issue_project_stays'), 'came_at', "'came'", 1),
        (published('fct_issue_project_stays'), 'left_at', "'left'", 1),
    ] -%}
    select
        instance,
        project_key,
        level,
        {{ week_of(instant, setting('reporting_timezone')) }} as step_on,
        {{ kind }} as kind,
        {{ change }} as change
    from {{ relation }}
    where {{ instant }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

sums as (
    select
        instance,
        project_key,
        level,
        step_on,
        {% for kind in categories + ['came', 'left'] -%}
        sum(case when kind = '{{ kind }}' then change else 0 end) as {{ kind }}_change
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from steps
    group by instance, project_key, level, step_on
),

{{ last_weeks('steps', published('v_as_of')) }},

spans as (
    select
        sums.instance as instance,
        sums.project_key as project_key,
        sums.level as level,
        min(sums.step_on) as first_on,
        max(ends.last_on) as last_on
    from sums
    inner join ends on sums.instance = ends.instance
    group by sums.instance, sums.project_key, sums.level
),

weeks as (
    select
        instance,
        project_key,
        level,
        {{ dates_between('week', 'first_on', 'last_on') }} as week_on
    from spans
),

filled as (
    select
        weeks.instance as instance,
        weeks.project_key as project_key,
        weeks.level as level,
        weeks.week_on as week_on,
        {% for kind in categories + ['came', 'left'] -%}
        coalesce(sums.{{ kind }}_change, 0) as {{ kind }}_change
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from weeks
    left join sums
        on
            weeks.instance = sums.instance
            and weeks.project_key = sums.project_key
            and weeks.level = sums.level
            and weeks.week_on = sums.step_on
),

running as (
    select
        {% for category in categories -%}
        sum({{ category }}_change) over in_order as {{ category }}_issues,
        {% endfor -%}
        instance,
        project_key,
        level,
        week_on,
        came_change,
        left_change
    from filled
    window in_order as (
        partition by instance, project_key, level
        order by week_on rows between unbounded preceding and current row
    )
),

names as (
    select
        project_key,
        name,
        team,
        false as is_sprint
    from {{ published('dim_projects') }}
    union all
    select
        sprint_key as project_key,
        name,
        team,
        true as is_sprint
    from {{ published('dim_sprints') }}
),

final as (
    select
        running.instance as instance,
        running.project_key as project_key,
        names.name as project_name,
        names.team as team,
        names.is_sprint as is_sprint,
        running.level as level,
        running.week_on as week_on,
        cast(
            running.todo_issues + running.in_progress_issues
            + running.done_issues + running.unknown_issues as {{ type_bigint() }}
        ) as scope_issues,
        {% for category in categories -%}
        cast(running.{{ category }}_issues as {{ type_bigint() }}) as {{ category }}_issues,
        {% endfor -%}
        cast(running.came_change as {{ type_bigint() }}) as came_issues,
        cast(running.left_change as {{ type_bigint() }}) as left_issues
    from running
    inner join names on running.project_key = names.project_key
)

select * from final
