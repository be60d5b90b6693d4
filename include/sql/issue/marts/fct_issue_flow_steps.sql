{# What an issue contributes to the sums of a day. With entries into and exits from in_progress goes
   the day on which work on the issue started first, as a number: sums of it give ages. #}
with steps as (
    select * from {{ ref('int_flow_steps') }}
    union all
    select * from {{ ref('int_flow_events') }}
),

dated as (
    select
        steps.issue_id as issue_id,
        {{ day_of('steps.happened_at', setting('reporting_timezone')) }} as happened_on,
        steps.team as team,
        steps.issue_type as issue_type,
        steps.level as level,
        steps.category as category,
        steps.step as step,
        case
            when steps.category = 'in_progress'
                then {{ days_from(
                    text_to_date("'1970-01-01'"),
                    day_of('milestones.first_started_at', setting('reporting_timezone'))
                ) }}
            else 0
        end as start_day
    from steps
    inner join {{ ref('int_milestones') }} as milestones on steps.issue_id = milestones.issue_id
),

counted as (
    select
        {% for step in [
            'entered', 'exited', 'high_water_entered', 'high_water_exited', 'arrived', 'started',
            'delivered', 'discarded', 'reopened',
        ] -%}
        cast(count(case when step = '{{ step }}' then 1 end) as {{ type_bigint() }})
            as {{ step }},
        {% endfor -%}
        {% for step in ['entered', 'exited'] -%}
        cast(sum(case when step = '{{ step }}' then start_day else 0 end) as {{ type_bigint() }})
            as {{ step }}_start_days,
        {% endfor -%}
        issue_id,
        happened_on,
        team,
        issue_type,
        level,
        category
    from dated
    group by issue_id, happened_on, team, issue_type, level, category
),

final as (
    select
        {{ surrogate_key('filters.issue_key', [
            'cast(counted.happened_on as ' ~ type_text() ~ ')', 'counted.category',
            'counted.level', 'counted.team', 'counted.issue_type',
        ]) }} as step_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        counted.happened_on as happened_on,
        counted.team as team,
        counted.issue_type as issue_type,
        counted.level as level,
        counted.category as category,
        counted.entered as entered,
        counted.exited as exited,
        counted.entered_start_days as entered_start_days,
        counted.exited_start_days as exited_start_days,
        counted.high_water_entered as high_water_entered,
        counted.high_water_exited as high_water_exited,
        counted.arrived as arrived,
        counted.started as started,
        counted.delivered as delivered,
        counted.discarded as discarded,
        counted.reopened as reopened
    from counted
    inner join {{ ref('int_issue_filters') }} as filters on counted.issue_id = filters.issue_id
)

select * from final
