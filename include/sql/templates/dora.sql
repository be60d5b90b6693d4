-- sqlfluff:exclude_rules:layout.indent
{# The five metrics of software delivery by week or month. #}
{% set scopes = {'team': 'team_name', 'project': 'project_name'} %}
{% set grouping_sets -%}
grouping sets (
    (team_name, project_name, instance, period_on),
    (team_name, instance, period_on),
    (instance, period_on)
)
{%- endset %}

{# CTEs up to `periods`: `(all)` stands for all teams and all projects. Periods without a deployment
   are there from the first one on until the instance is known no further. #}
{% macro dora(unit, deployments, changes, projects, as_of) -%}
deployed as (
    select
        deployments.instance as instance,
        deployments.team as team_name,
        coalesce(projects.name, deployments.project_key, '(no project)') as project_name,
        {{ first_of(unit, 'deployments.finished_on') }} as period_on,
        deployments.finished_on as finished_on,
        deployments.is_change_failure as is_change_failure,
        deployments.is_rework as is_rework,
        deployments.recovery_seconds as recovery_seconds
    from {{ deployments }} as deployments
    left join {{ projects }} as projects on deployments.project_key = projects.project_key
),

changed as (
    select
        deployments.instance as instance,
        deployments.team as team_name,
        coalesce(projects.name, deployments.project_key, '(no project)') as project_name,
        {{ first_of(unit, 'deployments.finished_on') }} as period_on,
        changes.lead_time_seconds as lead_time_seconds
    from {{ changes }} as changes
    inner join {{ deployments }} as deployments
        on changes.deployment_key = deployments.deployment_key
    left join {{ projects }} as projects on deployments.project_key = projects.project_key
),

deployed_sums as (
    select
        {% for column in scopes.values() -%}
        {{ column }},
        grouping({{ column }}) as is_all_{{ column }},
        {% endfor -%}
        instance,
        period_on,
        count(*) as deployments,
        count(distinct finished_on) as deployment_days,
        count(case when is_change_failure then 1 end) as failed_deployments,
        count(case when is_rework then 1 end) as rework_deployments,
        count(is_rework) as deployments_with_changes,
        count(recovery_seconds) as recoveries,
        {{ percentile(0.5, 'recovery_seconds') }} as recovery_p50_seconds
    from deployed
    group by {{ grouping_sets }}
),

changed_sums as (
    select
        {% for column in scopes.values() -%}
        {{ column }},
        grouping({{ column }}) as is_all_{{ column }},
        {% endfor -%}
        instance,
        period_on,
        count(*) as changes,
        count(lead_time_seconds) as lead_time_n,
        {{ percentile(0.5, 'lead_time_seconds') }} as lead_time_p50_seconds
    from changed
    group by {{ grouping_sets }}
),

{% for name, columns in {
    'deployed': [
        'deployments', 'deployment_days', 'failed_deployments', 'rework_deployments',
        'deployments_with_changes', 'recoveries', 'recovery_p50_seconds',
    ],
    'changed': ['changes', 'lead_time_n', 'lead_time_p50_seconds'],
}.items() -%}
{{ name }}_periods as (
    select
        {% for scope, column in scopes.items() -%}
        case when is_all_{{ column }} = 1 then '(all)' else {{ column }} end as {{ scope }},
        {% endfor -%}
        {% for column in columns -%}
        {{ column }},
        {% endfor -%}
        instance,
        period_on
    from {{ name }}_sums
),

{% endfor -%}
spans as (
    select
        periods.instance as instance,
        periods.team as team,
        periods.project as project,
        min(periods.period_on) as first_on,
        greatest(
            max(periods.period_on),
            coalesce({{ first_of(unit, 'min(as_of.as_of_on)') }}, max(periods.period_on))
        ) as last_on
    from deployed_periods as periods
    left join {{ as_of }} as as_of on periods.instance = as_of.instance
    group by periods.instance, periods.team, periods.project
),

calendar as (
    select
        instance,
        team,
        project,
        {{ dates_between(unit, 'first_on', 'last_on') }} as period_on
    from spans
),

periods as (
    select
        calendar.instance as instance,
        calendar.team as team,
        calendar.project as project,
        calendar.period_on as {{ unit }}_on,
        {% for column in [
            'deployments', 'deployment_days', 'failed_deployments', 'rework_deployments',
            'deployments_with_changes', 'recoveries',
        ] -%}
        cast(coalesce(deployed_periods.{{ column }}, 0) as {{ type_bigint() }}) as {{ column }},
        {% endfor -%}
        cast(coalesce(changed_periods.changes, 0) as {{ type_bigint() }}) as changes,
        cast(coalesce(changed_periods.lead_time_n, 0) as {{ type_bigint() }}) as lead_time_n,
        changed_periods.lead_time_p50_seconds as lead_time_p50_seconds,
        deployed_periods.recovery_p50_seconds as recovery_p50_seconds,
        {{ ratio(
            'coalesce(deployed_periods.deployments, 0)',
            days_from('calendar.period_on', next_of(unit, 'calendar.period_on'))
        ) }} as deployments_per_day,
        {{ ratio('deployed_periods.failed_deployments', 'deployed_periods.deployments') }}
            as change_failure_rate,
        {{ ratio(
            'deployed_periods.rework_deployments', 'deployed_periods.deployments_with_changes'
        ) }} as rework_rate,
        case
            when changed_periods.lead_time_p50_seconds < 24 * 3600 then 'day'
            when changed_periods.lead_time_p50_seconds < 168 * 3600 then 'week'
            when changed_periods.lead_time_p50_seconds < 730 * 3600 then 'month'
            when changed_periods.lead_time_p50_seconds < 4380 * 3600 then 'half_year'
            when changed_periods.lead_time_p50_seconds is not null then 'year'
        end as lead_time_band
    from calendar
    left join deployed_periods
        on
            calendar.instance = deployed_periods.instance
            and calendar.team = deployed_periods.team
            and calendar.project = deployed_periods.project
            and calendar.period_on = deployed_periods.period_on
    left join changed_periods
        on
            calendar.instance = changed_periods.instance
            and calendar.team = changed_periods.team
            and calendar.project = changed_periods.project
            and calendar.period_on = changed_periods.period_on
)
{%- endmacro %}
