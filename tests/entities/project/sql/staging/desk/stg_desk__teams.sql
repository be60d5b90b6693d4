select
    record_id as team_id,
    {{ json_text('payload', ['name']) }} as name,
    {{ json_text('payload', ['lead']) }} as lead_id
from {{ raw('teams') }}
