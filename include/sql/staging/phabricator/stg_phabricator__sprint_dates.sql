{# None: milestones have no dates. #}
with final as (
    select
        cast(null as {{ type_text() }}) as sprint_id,
        cast(null as {{ type_timestamp() }}) as starts_at,
        cast(null as {{ type_timestamp() }}) as ends_at,
        cast(null as {{ type_timestamp() }}) as first_told_at,
        cast(null as {{ type_timestamp() }}) as last_told_at
    where 1 = 0
)

select * from final
