{# The cycle time by the configured policy, out of a relation with all of them; `kind` is what their
   names begin with. #}
{% macro cycle_time(times, policy, kind='') -%}
case {{ policy }}
    when 'first_start_first_done' then {{ times }}.{{ kind }}first_start_first_done_seconds
    when 'first_start_last_done' then {{ times }}.{{ kind }}first_start_last_done_seconds
    when 'first_start_last_done_without_done'
        then {{ times }}.{{ kind }}first_start_last_done_without_done_seconds
    when 'last_start_last_done' then {{ times }}.{{ kind }}last_start_last_done_seconds
    when 'active' then {{ times }}.{{ kind }}active_seconds
end
{%- endmacro %}
