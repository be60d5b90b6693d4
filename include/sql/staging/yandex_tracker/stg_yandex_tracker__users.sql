with users as (
    select
        record_id as user_id,
        {{ json_texts('payload', {
            'username': ['login'], 'display_name': ['display'], 'email': ['email'],
        }) }},
        {{ json_boolean('payload', ['dismissed']) }} as is_dismissed
    from {{ raw('users') }}
),

final as (
    select
        user_id,
        coalesce(username, email) as username,
        display_name,
        'user' as user_type,
        not coalesce(is_dismissed, false) as is_active
    from users
)

select * from final
