select
    record_id as user_id,
    {{ json_text('payload', ['login']) }} as username,
    {{ json_text('payload', ['name']) }} as display_name,
    'user' as user_type,
    true as is_active
from {{ raw('users') }}
