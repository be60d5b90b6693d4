{# XmR charts: natural process limits at the mean ± 2.66 times the mean moving range, and signals by
   Wheeler's rules (D. J. Wheeler, "Making Sense of Data", SPC Press 2003). Nothing is below 0. #}
{% set series = 'partition by instance, team, level, measure' -%}
with observed as (
    select
        instance,
        team,
        level,
        'weekly_throughput' as measure,
        {{ start_of('week_on', setting('reporting_timezone')) }} as observed_at,
        week_on as observed_on,
        cast(null as {{ type_text() }}) as delivery_key,
        cast(sum(delivered) as {{ type_bigint() }}) as value
    from {{ published('v_throughput_weekly') }}
    where is_complete
    group by instance, team, level, week_on
    union all
    select
        instance,
        team,
        level,
        'cycle_time_seconds' as measure,
        delivered_at as observed_at,
        delivered_on as observed_on,
        delivery_key,
        cycle_time_seconds as value
    from {{ published('fct_issue_deliveries') }}
    where outcome = 'delivered' and cycle_time_seconds is not null
),

numbered as (
    select
        *,
        row_number() over ({{ series }} order by observed_at, delivery_key) as sequence,
        cast(
            abs(value - {{ lag('value') }} over ({{ series }} order by observed_at, delivery_key))
            as {{ type_bigint() }}
        ) as moving_range
    from observed
),

averaged as (
    select
        *,
        count(*) over ({{ series }}) as n,
        {{ ratio('sum(value) over (' ~ series ~ ')', '(count(*) over (' ~ series ~ '))') }}
            as mean_value,
        {{ ratio(
            'sum(moving_range) over (' ~ series ~ ')', '(count(*) over (' ~ series ~ ') - 1)'
        ) }} as mean_moving_range
    from numbered
),

placed as (
    select
        *,
        mean_value + 2.66 * mean_moving_range as upper_limit,
        mean_value - 2.66 * mean_moving_range as lower_limit,
        case when value > mean_value then 1 else 0 end as is_above,
        case when value < mean_value then 1 else 0 end as is_below,
        case when value > mean_value + 1.33 * mean_moving_range then 1 else 0 end as is_high,
        case when value < mean_value - 1.33 * mean_moving_range then 1 else 0 end as is_low
    from averaged
),

compared as (
    select
        {% for name in ['above', 'below'] -%}
        sum(is_{{ name }}) over (
            {{ series }} order by sequence rows between 7 preceding and current row
        ) as {{ name }}_of_8,
        {% endfor -%}
        {% for name in ['high', 'low'] -%}
        is_{{ name }} * sum(is_{{ name }}) over (
            {{ series }} order by sequence rows between 3 preceding and current row
        ) as {{ name }}_of_4,
        {% endfor -%}
        *
    from placed
),

final as (
    select
        instance,
        team,
        level,
        measure,
        cast(sequence as {{ type_bigint() }}) as sequence,
        observed_on,
        delivery_key,
        value,
        moving_range,
        cast(n as {{ type_bigint() }}) as n,
        mean_value,
        mean_moving_range,
        upper_limit,
        case when lower_limit < 0 then 0 else lower_limit end as lower_limit,
        cast(
            coalesce(value > upper_limit or value < lower_limit, false) as {{ type_boolean() }}
        ) as is_beyond_limits,
        cast(above_of_8 = 8 or below_of_8 = 8 as {{ type_boolean() }}) as is_run_of_8,
        cast(high_of_4 >= 3 or low_of_4 >= 3 as {{ type_boolean() }}) as is_3_of_4_near_limit
    from compared
)

select * from final
