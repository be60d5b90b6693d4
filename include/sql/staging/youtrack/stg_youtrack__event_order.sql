{# Activities whose place within an instant may be another one than their ids say. #}
{% from "templates/in_order.sql" import order_of_trails %}
with recursive {{ order_of_trails(ref('stg_youtrack__event_ties')) }}

select * from final
