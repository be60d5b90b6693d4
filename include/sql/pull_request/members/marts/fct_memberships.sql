{# Who belonged to an organisation in which role and teams, and when snapshots told so: what nobody
   has told since is over. #}
with latest as (
    select max(last_told_at) as told_at from {{ staged('member_users') }}
),

told as (
    select
        *,
        row_number() over (partition by member_id order by first_told_at, last_told_at, user_id)
            as sequence
    from {{ staged('member_users') }}
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['told.member_id']) }}
        || ':' || cast(told.sequence as {{ type_text() }}) as membership_key,
        {{ setting('instance') }} as instance,
        told.organization as organization,
        {{ surrogate_key(setting('instance'), ['told.user_id']) }} as user_key,
        told.login as login,
        told.role as role,
        told.teams as teams,
        told.first_told_at as seen_from,
        told.last_told_at as seen_until,
        told.last_told_at = latest.told_at as is_current
    from told
    cross join latest
)

select * from final
