{# Changes whose place within an instant may be another one than their events have. #}
{% from "templates/in_order.sql" import order_of_trails %}
with recursive {{ order_of_trails(ref('int_change_ties')) }}

select * from final
