{# People who did something on issues, by week; `(all)` stands for all teams, since the counts of
   teams do not add up. A week without anyone is 0. #}
with active as (
    select
        days.instance as instance,
        days.team as team_name,
        cast(days.week_on as {{ type_date() }}) as week_on,
        days.user_key as user_key
    from {{ published('ops_contributors_daily') }} as days
    inner join {{ published('dim_users') }} as users
        on days.user_key = users.user_key and users.user_type = 'user'
    group by days.instance, days.team, days.week_on, days.user_key
),

counted as (
    select
        instance,
        team_name,
        grouping(team_name) as is_all_teams,
        week_on,
        count(distinct user_key) as contributors
    from active
    group by
        grouping sets (
            (instance, team_name, week_on),
            (instance, week_on)
        )
),

followed as (
    select
        instance,
        case when is_all_teams = 1 then '(all)' else team_name end as team,
        week_on,
        contributors,
        {{ lead('week_on') }} over (
            partition by instance, is_all_teams, team_name order by week_on
        ) as next_on,
        max(week_on) over (partition by instance) as last_on
    from counted
),

weeks as (
    select
        instance,
        team,
        week_on,
        contributors,
        {{ dates_between('week', 'week_on', 'coalesce(next_on - 7, last_on)') }} as shown_on
    from followed
),

final as (
    select
        weeks.instance as instance,
        weeks.team as team,
        weeks.shown_on as week_on,
        cast(
            case when weeks.shown_on = weeks.week_on then weeks.contributors else 0 end
            as {{ type_bigint() }}
        ) as contributors
    from weeks
)

select * from final
