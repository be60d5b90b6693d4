select
    {{ surrogate_key(setting('instance'), ['team_id']) }} as team_key,
    team_id,
    name,
    lead_id,
    true as is_known
from {{ staged('teams') }}
