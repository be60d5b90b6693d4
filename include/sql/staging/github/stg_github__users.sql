{# Members of the organisations; who has left them all is not active. #}
with latest as (
    select * from {{ raw('members') }}
),

ranked as (
    select
        user_id,
        login,
        name,
        row_number() over (
            partition by user_id order by last_told_at desc, first_told_at desc, member_id asc
        ) as choice
    from {{ ref('stg_github__member_users') }}
),

present as (
    select distinct members.user_id as user_id
    from {{ ref('stg_github__member_users') }} as members
    inner join latest on members.member_id = latest.record_id
),

bots as (
    select value as login from {{ settings_table('option') }}
    where name = 'bots'
),

final as (
    select
        ranked.user_id as user_id,
        ranked.login as username,
        ranked.name as display_name,
        case
            when bots.login is not null or ranked.login like '%[bot]' then 'bot' else 'user'
        end as user_type,
        present.user_id is not null as is_active
    from ranked
    left join present on ranked.user_id = present.user_id
    left join bots on ranked.login = bots.login
    where ranked.choice = 1
)

select * from final
