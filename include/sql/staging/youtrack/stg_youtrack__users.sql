with members as (
    select
        record_id as user_id,
        {{ json_texts('payload', {'username': ['login'], 'display_name': ['fullName']}) }},
        coalesce({{ json_boolean('payload', ['banned']) }}, false) as is_banned
    from {{ raw('users') }}
),

final as (
    select
        user_id,
        username,
        display_name,
        'user' as user_type,
        not is_banned as is_active
    from members
)

select * from final
