{# Everyone whom the touched issues mention: deleted accounts are not among the users. #}
with mentioned as (
    select actor_id as user_id from {{ ref('stg_youtrack__activities') }}
    union distinct
    select author_id from {{ ref('stg_youtrack__issues') }}
    union distinct
    select assignee_id from {{ ref('stg_youtrack__issues') }}
    union distinct
    select value_id from {{ ref('stg_youtrack__activity_values') }}
    where
        field = 'assignee'
        or (category = 'CustomFieldCategory' and substring(field_type, 1, 4) = 'user')
),

final as (
    select
        user_id,
        'user' as user_type
    from mentioned
    where user_id is not null
)

select * from final
