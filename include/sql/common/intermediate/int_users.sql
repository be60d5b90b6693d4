{# The accounts that the source lists. #}
with final as (
    select
        {{ surrogate_key(setting('instance'), ['user_id']) }} as user_key,
        user_id,
        username,
        display_name,
        user_type,
        is_active,
        true as is_known
    from {{ staged('users') }}
)

select * from final
