select
    record_id as report_id,
    {{ text_to_date(json_text('payload', ['day'])) }} as day,
    {{ json_text('payload', ['machine']) }} as machine_id
from {{ raw('reports') }}
