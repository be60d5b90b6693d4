select
    record_id as ticket_id,
    {{ json_text('payload', ['fate']) }} as fate,
    version as found_at_ms
from {{ raw('ticket_tombstones') }}
