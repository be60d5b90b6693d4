{# What happened in each quarter; the first and the last one of an instance may lack days. #}
{% from "templates/throughput.sql" import throughput %}
with {{ throughput('quarter', published('v_flow_daily'), published('v_as_of')) }},

final as (
    select
        *,
        {{ quarter_of(
            start_of('quarter_on', setting('reporting_timezone')), setting('reporting_timezone')
        ) }} as quarter
    from periods
)

select * from final
