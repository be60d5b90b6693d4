select
    {{ surrogate_key(setting('instance'), ['machine_id']) }} as machine_key,
    machine_id,
    site,
    colour,
    {{ surrogate_key(setting('instance'), ['team_id']) }} as team_key,
    true as is_known
from {{ staged('machines') }}
