{# What happened on each day, also on days without anything: from a group's first day to the last
   one that is whole, or has anything to show. #}
{% set filters = ['team', 'issue_type', 'level'] -%}
with sums as (
    select
        {% for name in ['arrived', 'started', 'delivered', 'discarded', 'reopened'] -%}
        sum({{ name }}) as {{ name }},
        {% endfor -%}
        {% for kind, categories in {
            '': ['todo', 'in_progress', 'done', 'unknown'],
            'high_water_': ['todo', 'in_progress', 'done'],
        }.items() -%}
        {% for category in categories -%}
        sum(
            case
                when category = '{{ category }}' then {{ kind }}entered - {{ kind }}exited
                else 0
            end
        ) as {{ kind }}{{ category }}_change,
        {% endfor -%}
        {% endfor -%}
        sum(entered_start_days - exited_start_days) as start_days_change,
        instance,
        happened_on,
        team,
        issue_type,
        level
    from {{ published('agg_flow_daily') }}
    group by instance, happened_on, team, issue_type, level
),

flow_groups as (
    select
        instance,
        team,
        issue_type,
        level,
        min(happened_on) as first_on
    from {{ published('agg_flow_daily') }}
    group by instance, team, issue_type, level
),

last_days as (
    select
        instance,
        max(happened_on) as last_on
    from {{ published('agg_flow_daily') }}
    group by instance
),

spans as (
    select
        flow_groups.instance as instance,
        flow_groups.team as team,
        flow_groups.issue_type as issue_type,
        flow_groups.level as level,
        flow_groups.first_on as first_on,
        as_of.known_from_on as known_from_on,
        as_of.as_of_on as as_of_on,
        case
            when as_of.as_of_on is null then last_days.last_on
            else greatest(as_of.as_of_on - 1, least(last_days.last_on, as_of.loaded_until_on))
        end as last_on
    from flow_groups
    inner join last_days on flow_groups.instance = last_days.instance
    left join {{ published('v_as_of') }} as as_of on flow_groups.instance = as_of.instance
),

days as (
    select
        instance,
        {{ dates_between('day', 'first_on', 'last_on') }} as happened_on,
        team,
        issue_type,
        level,
        known_from_on,
        as_of_on
    from spans
),

final as (
    select
        {% for name in [
            'arrived', 'started', 'delivered', 'discarded', 'reopened',
            'todo_change', 'in_progress_change', 'done_change', 'unknown_change',
            'high_water_todo_change', 'high_water_in_progress_change', 'high_water_done_change',
            'start_days_change',
        ] -%}
        cast(coalesce(sums.{{ name }}, 0) as {{ type_bigint() }}) as {{ name }},
        {% endfor -%}
        cast(coalesce(sums.arrived, 0) - coalesce(sums.delivered, 0) as {{ type_bigint() }})
            as net_flow,
        days.instance as instance,
        days.happened_on as happened_on,
        days.team as team,
        days.issue_type as issue_type,
        days.level as level,
        cast(
            coalesce(
                days.happened_on >= days.known_from_on and days.happened_on < days.as_of_on, false
            ) as {{ type_boolean() }}
        ) as is_complete
    from days
    left join sums
        on
            days.instance = sums.instance
            and days.happened_on = sums.happened_on
            {% for name in filters -%}
            and days.{{ name }} = sums.{{ name }}
            {% endfor %}
)

select * from final
