with final as (
    select
        {{ surrogate_key(setting('instance'), ['steps.step_id']) }} as step_key,
        tickets.ticket_key as ticket_key,
        {{ setting('instance') }} as instance,
        tickets.team_key as team_key,
        tickets.team as team,
        steps.day as day_on,
        steps.state as state,
        coalesce(steps.minutes, 0) as minutes,
        coalesce({{ text_to_decimal('steps.cost') }}, 0) as cost
    from {{ staged('steps') }} as steps
    inner join {{ ref('fct_tickets') }} as tickets on steps.ticket_id = tickets.ticket_id
)

select * from final
