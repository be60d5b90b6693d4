{# The cycle time by the configured policy, out of a relation with all of them. #}
{% macro cycle_time(times, policy) -%}
case {{ policy }}
    when 'first_start_first_done' then {{ times }}.first_start_first_done_seconds
    when 'first_start_last_done' then {{ times }}.first_start_last_done_seconds
    when 'first_start_last_done_without_done'
        then {{ times }}.first_start_last_done_without_done_seconds
    when 'last_start_last_done' then {{ times }}.last_start_last_done_seconds
    when 'active' then {{ times }}.active_seconds
end
{%- endmacro %}
