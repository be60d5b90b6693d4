select
    record_id as machine_id,
    {{ json_text('payload', ['site']) }} as site,
    {{ json_text('payload', ['colour']) }} as colour,
    {{ json_text('payload', ['team']) }} as team_id
from {{ raw('machines') }}
