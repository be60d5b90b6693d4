{# Whether what is estimated as bigger takes longer: Spearman's rank correlation of estimate and
   cycle time of deliveries, with average ranks for ties. Ranks are doubled and taken from their
   mean, which keeps them integers. #}
{% set least_n = 5 -%}
with delivered as (
    select
        instance,
        team,
        level,
        delivery_key,
        estimate,
        cycle_time_seconds
    from {{ published('fct_issue_deliveries') }}
    where outcome = 'delivered' and estimate is not null and cycle_time_seconds is not null
),

ranked as (
    select
        {% for name in ['estimate', 'cycle_time_seconds'] -%}
        count(*) over (partition by instance, team, level order by {{ name }}) as {{ name }}_last,
        count(*) over (partition by instance, team, level, {{ name }}) as {{ name }}_ties,
        {% endfor -%}
        count(*) over (partition by instance, team, level) as n,
        instance,
        team,
        level
    from delivered
),

-- A tie's ranks are last - ties + 1 to last; their mean, doubled, is 2 * last - ties + 1.
centred as (
    select
        {% for name in ['estimate', 'cycle_time_seconds'] -%}
        cast(2 * {{ name }}_last - {{ name }}_ties - n as {{ type_bigint() }}) as {{ name }}_rank,
        {% endfor -%}
        instance,
        team,
        level
    from ranked
),

added as (
    select
        instance,
        team,
        level,
        count(*) as n,
        sum(estimate_rank * cycle_time_seconds_rank) as products,
        {{ ratio('sum(estimate_rank * estimate_rank)', 1) }} as estimate_squares,
        {{ ratio('sum(cycle_time_seconds_rank * cycle_time_seconds_rank)', 1) }}
            as cycle_time_squares
    from centred
    group by instance, team, level
),

final as (
    select
        instance,
        team,
        level,
        cast(n as {{ type_bigint() }}) as n,
        case
            when n >= {{ least_n }}
                then {{ ratio('products', 'sqrt(estimate_squares) * sqrt(cycle_time_squares)') }}
        end as rho
    from added
)

select * from final
