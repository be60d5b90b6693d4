{# The published tickets, and whether an earlier census found them gone. #}
select
    ticket_id as record_id,
    missing_reason is not null as is_gone
from {{ published('fct_tickets') }}
where instance = {{ setting('instance') }}
