with users as (
    select * from {{ raw('users') }}
),

final as (
    select
        record_id as user_id,
        {{ json_text('payload', ['fields', 'username']) }} as username,
        {{ json_text('payload', ['fields', 'realName']) }} as display_name,
        case
            when {{ json_array_has('payload', ['fields', 'roles'], 'bot') }} then 'bot'
            when {{ json_array_has('payload', ['fields', 'roles'], 'list') }} then 'list'
            else 'user'
        end as user_type,
        not {{ json_array_has('payload', ['fields', 'roles'], 'disabled') }} as is_active
    from users
)

select * from final
