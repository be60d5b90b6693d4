{# The sums of days by week, month or quarter. One is complete if all of its days are known. #}
{% macro throughput(unit, days, as_of, timezone) -%}
with periods as (
    select
        {% for name in ['arrived', 'started', 'delivered', 'discarded', 'reopened', 'net_flow'] -%}
        cast(sum({{ name }}) as {{ type_bigint() }}) as {{ name }},
        {% endfor -%}
        instance,
        {{ first_of(unit, 'happened_on') }} as {{ unit }}_on,
        team,
        issue_type,
        level
    from {{ days }}
    group by instance, {{ first_of(unit, 'happened_on') }}, team, issue_type, level
),

final as (
    select
        {% for name in ['arrived', 'started', 'delivered', 'discarded', 'reopened', 'net_flow'] -%}
        periods.{{ name }} as {{ name }},
        {% endfor -%}
        periods.instance as instance,
        periods.{{ unit }}_on as {{ unit }}_on,
        {% if unit == 'quarter' -%}
        {{ quarter_of(start_of('periods.quarter_on', timezone), timezone) }} as quarter,
        {% endif -%}
        periods.team as team,
        periods.issue_type as issue_type,
        periods.level as level,
        cast(
            coalesce(
                periods.{{ unit }}_on >= as_of.known_from_on
                and {{ next_of(unit, 'periods.' ~ unit ~ '_on') }} <= as_of.as_of_on,
                false
            ) as {{ type_boolean() }}
        ) as is_complete
    from periods
    left join {{ as_of }} as as_of on periods.instance = as_of.instance
)

select * from final
{%- endmacro %}
