{# None: the boards of Tracker show statuses. #}
with final as (
    select
        cast(null as {{ type_text() }}) as issue_id,
        cast(null as {{ type_text() }}) as board_id,
        cast(null as {{ type_text() }}) as column_id
    where 1 = 0
)

select * from final
