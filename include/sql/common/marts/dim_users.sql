with users as (
    select
        user_id,
        username,
        display_name,
        user_type,
        is_active,
        true as is_known
    from {{ staged('users') }}
    union all
    select
        actors.user_id,
        cast(null as {{ type_text() }}) as username,
        cast(null as {{ type_text() }}) as display_name,
        actors.user_type,
        cast(null as {{ type_boolean() }}) as is_active,
        false as is_known
    from {{ staged('actors') }} as actors
    left join {{ staged('users') }} as known on actors.user_id = known.user_id
    where known.user_id is null
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['user_id']) }} as user_key,
        {{ setting('instance') }} as instance,
        user_id,
        username,
        display_name,
        user_type,
        is_active,
        is_known
    from users
)

select * from final
