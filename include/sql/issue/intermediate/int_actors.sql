{# Everyone whom the touched issues mention; where the source lists the account, with its type. #}
with final as (
    select
        actors.user_id as user_id,
        coalesce(users.user_type, actors.user_type) as user_type
    from {{ staged('actors') }} as actors
    left join {{ ref('int_users') }} as users on actors.user_id = users.user_id
)

select * from final
