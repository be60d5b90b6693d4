{# What contributors are counted from: one row, however much they did. #}
with numbered as (
    select
        issue_id,
        user_id,
        team,
        active_on,
        week_on,
        row_number() over (partition by issue_id order by active_on, team, user_id) as position
    from {{ ref('int_issue_activity') }}
),

final as (
    select
        filters.issue_key || ':' || cast(numbered.position as {{ type_text() }})
            as contribution_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        numbered.team as team,
        {{ surrogate_key(setting('instance'), ['numbered.user_id']) }} as user_key,
        numbered.active_on as active_on,
        numbered.week_on as week_on
    from numbered
    inner join {{ ref('int_issue_filters') }} as filters on numbered.issue_id = filters.issue_id
)

select * from final
