{# The five metrics of software delivery by month, for people; v_dora_deployments has what they
   count. #}
{% from "templates/dora.sql" import dora %}
with {{ dora(
    'month', published('v_dora_deployments'), published('v_dora_changes'),
    published('dim_projects'), published('v_as_of')
) }},

final as (
    select * from periods
)

select * from final
