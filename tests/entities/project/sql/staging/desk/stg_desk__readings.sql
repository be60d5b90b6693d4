select
    record_id as reading_id,
    parent_id as report_id,
    {{ json_bigint('payload', ['starts']) }} as starts,
    {{ json_text('payload', ['energy']) }} as energy
from {{ raw('report_readings') }}
