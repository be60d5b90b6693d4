{# Everyone whom the touched issues mention. Accounts have numbers; other ids are robots. #}
with mentioned as (
    select actor_id as user_id from {{ ref('stg_yandex_tracker__changelog') }}
    union distinct
    select author_id from {{ ref('stg_yandex_tracker__issues') }}
    union distinct
    select assignee_id from {{ ref('stg_yandex_tracker__issues') }}
    union distinct
    select old_value from {{ ref('stg_yandex_tracker__issue_changes') }}
    where field = 'assignee'
    union distinct
    select new_value from {{ ref('stg_yandex_tracker__issue_changes') }}
    where field = 'assignee'
),

final as (
    select
        user_id,
        case when {{ text_to_bigint('user_id') }} is null then 'unknown' else 'user' end
            as user_type
    from mentioned
    where user_id is not null
)

select * from final
