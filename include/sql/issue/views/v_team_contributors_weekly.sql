{# People of the configured teams who did something on issues of any team, by week. Who changed
   teams within a week counts where they were on the day that they did something. What people
   without a team did shows only how far the weeks go. #}
with members as (
    select
        user_key,
        cast(team as {{ type_text() }}) as team,
        valid_from,
        valid_to
    from {{ published('dim_team_members') }}
),

days as (
    select
        active.instance as instance,
        cast(active.week_on as {{ type_date() }}) as week_on,
        active.user_key as user_key,
        case
            when
                (members.valid_from is null or active.active_on >= members.valid_from)
                and (members.valid_to is null or active.active_on < members.valid_to)
                then members.team
        end as team
    from {{ published('ops_contributors_daily') }} as active
    inner join {{ published('dim_users') }} as users
        on active.user_key = users.user_key and users.user_type = 'user'
    left join members
        on active.user_key = members.user_key
),

counted as (
    select
        instance,
        team,
        week_on,
        count(distinct user_key) as contributors
    from days
    group by 1, 2, 3
),

followed as (
    select
        instance,
        team,
        week_on,
        contributors,
        {{ lead('week_on') }} over (partition by instance, team order by week_on) as next_on,
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
    where team is not null
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
