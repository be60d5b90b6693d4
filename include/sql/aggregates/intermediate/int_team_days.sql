{# Days on which something happened to items; what was delivered on them. #}
with final as (
    select
        team,
        happened_on,
        cast(sum(delivered) as {{ type_bigint() }}) as delivered
    from {{ published('agg_flow_daily') }}
    where
        instance = {{ setting('instance') }}
        and level = 'item'
        and happened_on < cast({{ setting('as_of_on') }} as {{ type_date() }})
    group by team, happened_on
)

select * from final
