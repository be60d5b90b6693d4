with comments as (
    select
        ticket_id,
        count(*) as comments
    from {{ staged('comments') }}
    group by 1
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['tickets.ticket_id']) }} as ticket_key,
        {{ setting('instance') }} as instance,
        tickets.ticket_id as ticket_id,
        tickets.title as title,
        {{ surrogate_key(setting('instance'), ['tickets.team_id']) }} as team_key,
        teams.name as team,
        {{ surrogate_key(setting('instance'), ['tickets.author_id']) }} as author_key,
        cast(coalesce(comments.comments, 0) as {{ type_bigint() }}) as comments,
        -- A ticket that was edited after the census exists.
        case
            when tombstones.record_state <> 'present' and tickets.updated <= tombstones.found_at_ms then tombstones.record_state
        end as missing_reason
    from {{ staged('tickets') }} as tickets
    left join {{ ref('int_teams') }} as teams on tickets.team_id = teams.team_id
    left join comments on tickets.ticket_id = comments.ticket_id
    left join {{ staged('ticket_tombstones') }} as tombstones on tickets.ticket_id = tombstones.ticket_id
)

select * from final
