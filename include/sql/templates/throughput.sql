{# CTE `periods`: the sums of days by week, month or quarter. One is complete if all of its days
   are known. #}
{% set columns_of_periods = [
    'team', 'issue_type', 'level',
    'arrived', 'started', 'delivered', 'discarded', 'reopened', 'net_flow',
] %}

{% macro throughput(unit, days, as_of) -%}
sums as (
    select
        {% for name in columns_of_periods[3:] %}
        cast(sum({{ name }}) as {{ type_bigint() }}) as {{ name }},
        {% endfor %}
        instance,
        {{ first_of(unit, 'happened_on') }} as {{ unit }}_on,
        team,
        issue_type,
        level
    from {{ days }}
    group by instance, {{ first_of(unit, 'happened_on') }}, team, issue_type, level
),

periods as (
    select
        {% for name in columns_of_periods %}
        sums.{{ name }} as {{ name }},
        {% endfor %}
        sums.instance as instance,
        sums.{{ unit }}_on as {{ unit }}_on,
        cast(
            coalesce(
                sums.{{ unit }}_on >= as_of.known_from_on
                and {{ next_of(unit, 'sums.' ~ unit ~ '_on') }} <= as_of.as_of_on,
                false
            ) as {{ type_boolean() }}
        ) as is_complete
    from sums
    left join {{ as_of }} as as_of on sums.instance = as_of.instance
)
{%- endmacro %}
