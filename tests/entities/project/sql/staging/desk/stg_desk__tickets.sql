select
    record_id as ticket_id,
    version as updated,
    {{ json_text('payload', ['title']) }} as title,
    {{ json_text('payload', ['team']) }} as team_id,
    {{ json_text('payload', ['author']) }} as author_id
from {{ raw('tickets') }}
