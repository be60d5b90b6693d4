{# No team stands for all that are not listed. #}
with final as (
    select
        {{ surrogate_key(setting('instance'), ["coalesce(team, '')"]) }} as team_calendar_key,
        {{ setting('instance') }} as instance,
        team,
        calendar,
        {{ surrogate_key(setting('instance'), ['calendar']) }} as calendar_key
    from {{ settings_table('team_calendar') }}
)

select * from final
