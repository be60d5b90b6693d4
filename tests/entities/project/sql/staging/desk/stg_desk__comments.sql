select
    record_id as comment_id,
    parent_id as ticket_id,
    {{ json_text('payload', ['author']) }} as author_id
from {{ raw('ticket_comments') }}
