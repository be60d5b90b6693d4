{# The days on which there is work by a calendar. #}
with final as (
    select
        calendar_key,
        worked_on
    from {{ published('dim_calendar_hours') }}
    where instance = {{ setting('instance') }}
    group by calendar_key, worked_on
)

select * from final
