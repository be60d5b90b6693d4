{# The members of the organisations, whom snapshots name. #}
with members as (
    select
        record_id,
        {{ json_texts('payload', {
            'organization': ['organization'], 'user_id': ['id'], 'login': ['login'],
            'name': ['name'], 'role': ['role'],
        }) }},
        {{ json_part('payload', ['teams']) }} as teams,
        first_told_at,
        last_told_at
    from {{ raw_told('members') }}
),

final as (
    select
        record_id as member_id,
        organization,
        user_id,
        login,
        name,
        {{ lower_ascii("coalesce(role, 'member')") }} as role,
        teams,
        first_told_at,
        last_told_at
    from members
    where user_id is not null
)

select * from final
