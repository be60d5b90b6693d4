{# Lead and cycle time of what was delivered; `(all)` stands for all teams, types, levels or
   quarters. What fewer than five deliveries say about the next one is no expectation. #}
{% set least_n = 5 -%}
{% set filters = {
    'team': 'team_name', 'issue_type': 'type_name', 'level': 'level_name',
    'quarter': 'quarter_name',
} -%}
with delivered as (
    select
        instance,
        team as team_name,
        issue_type as type_name,
        level as level_name,
        quarter as quarter_name,
        lead_time_seconds as lead_time,
        cycle_time_seconds as cycle_time
    from {{ published('fct_issue_deliveries') }}
    where outcome = 'delivered' and lead_time_seconds is not null
),

measured as (
    select
        {% for measure in ['lead_time', 'cycle_time'] -%}
        count({{ measure }}) as {{ measure }}_n,
        {% for percent in [10, 25, 50, 75, 80, 85, 90, 95] -%}
        {{ percentile(percent / 100, measure) }} as {{ measure }}_p{{ percent }},
        {% endfor -%}
        {% for percent in [50, 70, 85, 95] -%}
        {{ percentile_nearest_rank(percent / 100, measure) }} as {{ measure }}_sle_{{ percent }},
        {% endfor -%}
        {% endfor -%}
        {% for column in filters.values() -%}
        {{ column }},
        grouping({{ column }}) as is_all_{{ column }},
        {% endfor -%}
        instance
    from delivered
    group by
        grouping sets (
            {% for number in range(16) -%}
            (
                {%- for column in filters.values() -%}
                {{ column ~ ', ' if (number // 2 ** loop.index0) % 2 == 0 }}
                {%- endfor -%}
                instance
            )
            {%- if not loop.last %}, {% endif %}
            {% endfor -%}
        )
),

final as (
    select
        {% for measure in ['lead_time', 'cycle_time'] -%}
        cast({{ measure }}_n as {{ type_bigint() }}) as {{ measure }}_n,
        {% for percent in [10, 25, 50, 75, 80, 85, 90, 95] -%}
        {{ measure }}_p{{ percent }} as {{ measure }}_p{{ percent }}_seconds,
        {{ ratio(measure ~ '_p' ~ percent, 86400) }} as {{ measure }}_p{{ percent }}_days,
        {% endfor -%}
        {% for percent in [50, 70, 85, 95] -%}
        case when {{ measure }}_n >= {{ least_n }} then {{ measure }}_sle_{{ percent }} end
            as {{ measure }}_sle_{{ percent }}_seconds,
        case
            when {{ measure }}_n >= {{ least_n }}
                then {{ ratio(measure ~ '_sle_' ~ percent, 86400) }}
        end as {{ measure }}_sle_{{ percent }}_days,
        {% endfor -%}
        {% endfor -%}
        {% for name, column in filters.items() -%}
        case when is_all_{{ column }} = 1 then '(all)' else {{ column }} end as {{ name }},
        {% endfor -%}
        instance
    from measured
)

select * from final
