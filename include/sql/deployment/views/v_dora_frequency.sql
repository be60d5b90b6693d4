{# How often is deployed to production: by the median of the last 13 whole weeks and of the last
   three whole months, those without a deployment included. #}
{% set week = first_of('week', 'as_of_on') -%}
{% set month = first_of('month', 'as_of_on') -%}
{% set last_month = first_of('month', month ~ ' - 1') -%}
{% set third_month = first_of('month', first_of('month', last_month ~ ' - 1') ~ ' - 1') -%}
with as_of as (
    select
        instance,
        as_of_on
    from {{ published('v_as_of') }}
),

scopes as (
    select distinct
        deployments.instance as instance,
        deployments.team as team,
        as_of.as_of_on as as_of_on
    from {{ published('v_dora_deployments') }} as deployments
    inner join as_of on deployments.instance = as_of.instance
    union distinct
    select
        deployments.instance as instance,
        '(all)' as team,
        as_of.as_of_on as as_of_on
    from {{ published('v_dora_deployments') }} as deployments
    inner join as_of on deployments.instance = as_of.instance
),

days as (
    select distinct
        instance,
        team,
        finished_on
    from {{ published('v_dora_deployments') }}
    union distinct
    select
        instance,
        '(all)' as team,
        finished_on
    from {{ published('v_dora_deployments') }}
),

{% for unit, first, last in [
    ('week', week ~ ' - 91', week ~ ' - 7'),
    ('month', third_month, last_month),
] -%}
{{ unit }}s as (
    select
        instance,
        team,
        as_of_on,
        {{ dates_between(unit, first, last) }} as period_on
    from scopes
),

by_{{ unit }} as (
    select
        {{ unit }}s.instance as instance,
        {{ unit }}s.team as team,
        {{ unit }}s.as_of_on as as_of_on,
        {{ unit }}s.period_on as period_on,
        count(days.finished_on) as days_deployed
    from {{ unit }}s
    left join days
        on
            {{ unit }}s.instance = days.instance
            and {{ unit }}s.team = days.team
            and {{ unit }}s.period_on = {{ first_of(unit, 'days.finished_on') }}
    group by
        {{ unit }}s.instance, {{ unit }}s.team, {{ unit }}s.as_of_on, {{ unit }}s.period_on
),

medians_by_{{ unit }} as (
    select
        instance,
        team,
        as_of_on,
        sum(days_deployed) as deployment_days,
        {{ percentile(0.5, 'days_deployed') }} as median_days,
        {{ percentile(0.5, 'case when days_deployed > 0 then 1 else 0 end') }} as median_deployed
    from by_{{ unit }}
    group by instance, team, as_of_on
),

{% endfor -%}
final as (
    select
        weeks.instance as instance,
        weeks.team as team,
        weeks.as_of_on as as_of_on,
        cast(weeks.deployment_days as {{ type_bigint() }}) as deployment_days,
        weeks.median_days as median_days_per_week,
        case
            when weeks.median_days >= 3 then 'daily'
            when weeks.median_deployed >= 1 then 'weekly'
            when months.median_deployed >= 1 then 'monthly'
            else 'yearly'
        end as frequency
    from medians_by_week as weeks
    inner join medians_by_month as months
        on weeks.instance = months.instance and weeks.team = months.team
)

select * from final
