{# Whom release tasks name as deployments. #}
{% from "templates/phabricator_actors.sql" import kind_of_actor %}
with mentioned as (
    select creator_id as user_id from {{ ref('stg_phabricator__deployments') }}
    union distinct
    select creator_id as user_id from {{ ref('stg_phabricator__deployment_statuses') }}
),

final as (
    select
        user_id,
        {{ kind_of_actor('user_id') }} as user_type
    from mentioned
    where user_id is not null
)

select * from final
