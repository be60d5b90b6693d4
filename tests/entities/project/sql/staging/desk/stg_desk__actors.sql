select
    user_id,
    'user' as user_type
from (
    select author_id as user_id from {{ ref('stg_desk__tickets') }}
    union distinct
    select author_id as user_id from {{ ref('stg_desk__comments') }}
) as authors
where user_id is not null
