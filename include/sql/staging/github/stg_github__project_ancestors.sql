{# Boards are not below of each other. #}
with final as (
    select
        cast(null as {{ type_text() }}) as project_id,
        cast(null as {{ type_text() }}) as ancestor_id
    where 1 = 0
)

select * from final
