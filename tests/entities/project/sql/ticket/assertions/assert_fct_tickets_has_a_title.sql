-- Every ticket has a title.
select ticket_key
from {{ ref('fct_tickets') }}
where title = ''
