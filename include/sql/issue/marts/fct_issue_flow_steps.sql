{# What an issue contributes to the sums of a day. #}
with steps as (
    select * from {{ ref('int_flow_steps') }}
    union all
    select * from {{ ref('int_flow_events') }}
),

dated as (
    select
        issue_id,
        {{ day_of('happened_at', setting('reporting_timezone')) }} as happened_on,
        team,
        issue_type,
        level,
        category,
        step
    from steps
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
