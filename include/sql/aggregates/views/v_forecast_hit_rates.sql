{# How often forecasts of the past held. #}
with counted as (
    select
        instance,
        team,
        weeks,
        level,
        as_of_on,
        count(*) as tested,
        count(case when is_held then 1 end) as held
    from {{ published('agg_forecast_backtest') }}
    group by instance, team, weeks, level, as_of_on
),

final as (
    select
        instance,
        team,
        weeks,
        level,
        as_of_on,
        cast(tested as {{ type_bigint() }}) as forecasts,
        cast(held as {{ type_bigint() }}) as held_forecasts,
        {{ ratio('held', 'tested') }} as hit_rate
    from counted
)

select * from final
