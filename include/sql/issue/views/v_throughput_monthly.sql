{# What happened in each month; the first and the last one of an instance may lack days. #}
{% from "templates/throughput.sql" import throughput %}
with {{ throughput('month', published('v_flow_daily'), published('v_as_of')) }},

final as (
    select * from periods
)

select * from final
