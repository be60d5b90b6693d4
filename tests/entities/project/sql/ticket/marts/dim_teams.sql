{# Teams that only tickets name are deleted, or secret altogether. #}
with unlisted as (
    select mentioned.team_key as team_key
    from {{ mentioned('dim_teams') }} as mentioned
    left join {{ ref('int_teams') }} as known on mentioned.team_key = known.team_key
    where known.team_key is null
),

final as (
    select
        team_key,
        {{ setting('instance') }} as instance,
        team_id,
        name,
        lead_id,
        is_known
    from {{ ref('int_teams') }}
    union all
    select
        team_key,
        {{ setting('instance') }} as instance,
        substring(team_key, length({{ setting('instance') }}) + 2) as team_id,
        cast(null as {{ type_text() }}) as name,
        cast(null as {{ type_text() }}) as lead_id,
        false as is_known
    from unlisted
)

select * from final
