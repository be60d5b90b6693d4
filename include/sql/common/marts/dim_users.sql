{# The accounts that the source lists, and deleted or hidden ones that occur only in facts. #}
with unlisted as (
    select
        mentioned.user_key as user_key,
        substring(mentioned.user_key, length({{ setting('instance') }}) + 2) as user_id
    from {{ mentioned('dim_users') }} as mentioned
    left join {{ ref('int_users') }} as known on mentioned.user_key = known.user_key
    where known.user_key is null
),

{# Where one mention tells more of an account than another does, it is no person. #}
actors as (
    select
        user_id,
        min(user_type) as user_type
    from (
        select
            user_id,
            user_type
        from {{ staged('actors') }}
        {% if has_part('members') or has_part('releases') -%}
        union distinct
        select
            user_id,
            user_type
        from {{ staged('other_actors') }}
        {%- endif %}
    ) as mentions
    group by 1
),

users as (
    select
        user_key,
        user_id,
        username,
        display_name,
        user_type,
        is_active,
        is_known
    from {{ ref('int_users') }}
    union all
    select
        unlisted.user_key as user_key,
        unlisted.user_id as user_id,
        cast(null as {{ type_text() }}) as username,
        cast(null as {{ type_text() }}) as display_name,
        actors.user_type as user_type,
        cast(null as {{ type_boolean() }}) as is_active,
        false as is_known
    from unlisted
    inner join actors on unlisted.user_id = actors.user_id
),

final as (
    select
        user_key,
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
