{# What was in each category at the end of each day, as it was, and by the farthest category that
   issues had come to by then. #}
with categories as (
    {% for category in ['todo', 'in_progress', 'done', 'unknown'] -%}
    select '{{ category }}' as category
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

days as (
    select
        {% for name in [
            'todo', 'in_progress', 'done', 'unknown',
            'high_water_todo', 'high_water_in_progress', 'high_water_done',
        ] -%}
        cast(
            sum({{ name }}_change) over in_order as {{ type_bigint() }}
        ) as {{ name }}_issues,
        {% endfor -%}
        instance,
        happened_on,
        team,
        issue_type,
        level,
        is_complete
    from {{ published('v_flow_daily') }}
    window in_order as (
        partition by instance, team, issue_type, level
        order by happened_on rows between unbounded preceding and current row
    )
),

counted as (
    select
        days.instance as instance,
        days.happened_on as happened_on,
        days.team as team,
        days.issue_type as issue_type,
        days.level as level,
        categories.category as category,
        case categories.category
            {% for category in ['todo', 'in_progress', 'done', 'unknown'] -%}
            when '{{ category }}' then days.{{ category }}_issues
            {% endfor -%}
        end as issues,
        case categories.category
            {% for category in ['todo', 'in_progress', 'done'] -%}
            when '{{ category }}' then days.high_water_{{ category }}_issues
            {% endfor -%}
        end as high_water_issues,
        case categories.category
            when 'todo'
                then
                    days.high_water_todo_issues
                    + days.high_water_in_progress_issues
                    + days.high_water_done_issues
            when 'in_progress'
                then days.high_water_in_progress_issues + days.high_water_done_issues
            when 'done' then days.high_water_done_issues
        end as reached_issues,
        days.is_complete as is_complete
    from days
    cross join categories
),

final as (
    select
        *,
        high_water_issues - issues as corrected_issues
    from counted
)

select * from final
