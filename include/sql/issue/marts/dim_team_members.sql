{# The configured teams of people. Someone is named by id or login; whoever no listed account is
   called like is taken for an id. #}
with names as (
    select
        user_id as user_ref,
        user_key,
        0 as is_login
    from {{ ref('int_users') }}
    union all
    select
        username as user_ref,
        user_key,
        1 as is_login
    from {{ ref('int_users') }}
    where username is not null
),

ranked as (
    select
        user_ref,
        user_key,
        row_number() over (partition by user_ref order by is_login, user_key) as choice
    from names
),

final as (
    select
        {{ surrogate_key(setting('instance'), [
            'configured.team', 'configured.user_ref',
            "coalesce(cast(configured.valid_from as " ~ type_text() ~ "), '')",
        ]) }} as member_key,
        {{ setting('instance') }} as instance,
        configured.team as team,
        configured.user_ref as user_ref,
        coalesce(
            ranked.user_key, {{ surrogate_key(setting('instance'), ['configured.user_ref']) }}
        ) as user_key,
        ranked.user_key is not null as is_known,
        configured.valid_from as valid_from,
        configured.valid_to as valid_to
    from {{ settings_table('member') }} as configured
    left join ranked on configured.user_ref = ranked.user_ref and ranked.choice = 1
)

select * from final
