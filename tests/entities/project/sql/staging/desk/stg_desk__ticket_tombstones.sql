select
    record_id as ticket_id,
    {{ json_text('payload', ['record_state']) }} as record_state,
    version as found_at_ms
from {{ raw('ticket_tombstones') }}
