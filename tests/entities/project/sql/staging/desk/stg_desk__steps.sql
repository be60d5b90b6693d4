select
    record_id as step_id,
    parent_id as ticket_id,
    {{ text_to_date(json_text('payload', ['day'])) }} as day,
    {{ json_text('payload', ['state']) }} as state,
    {{ json_bigint('payload', ['minutes']) }} as minutes,
    {{ json_text('payload', ['cost']) }} as cost
from {{ raw('ticket_steps') }}
