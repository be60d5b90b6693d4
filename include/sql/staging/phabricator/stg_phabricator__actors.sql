{# All users in the touched issues. #}
{% from "templates/phabricator_actors.sql" import kind_of_actor %}
with mentioned as (
    select actor_id as user_id from {{ ref('stg_phabricator__transactions') }}
    union distinct
    select author_id from {{ ref('stg_phabricator__issues') }}
    union distinct
    select assignee_id from {{ ref('stg_phabricator__issues') }}
    union distinct
    select old_value from {{ ref('stg_phabricator__issue_changes') }}
    where
        field = 'assignee'
        or (field = 'subscriber' and substring(old_value, 1, 10) = 'PHID-USER-')
    union distinct
    select new_value from {{ ref('stg_phabricator__issue_changes') }}
    where
        field = 'assignee'
        or (field = 'subscriber' and substring(new_value, 1, 10) = 'PHID-USER-')
    union distinct
    select backup_conductor_id from {{ ref('stg_phabricator__releases') }}
),

final as (
    select
        user_id,
        {{ kind_of_actor('user_id') }} as user_type
    from mentioned
    where user_id is not null
)

select * from final
