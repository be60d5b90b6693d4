select
    {{ surrogate_key(setting('instance'), ['comment_id']) }} as comment_key,
    {{ surrogate_key(setting('instance'), ['ticket_id']) }} as ticket_key,
    {{ setting('instance') }} as instance,
    {{ surrogate_key(setting('instance'), ['author_id']) }} as author_key
from {{ staged('comments') }}
