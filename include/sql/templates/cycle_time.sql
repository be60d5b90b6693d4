{# The cycle time by the configured policy. #}
{% macro cycle_time(times, policy) -%}
case {{ policy }}
    {%- for name, column in {
        'first_start_first_done': 'first_start_first_done_seconds',
        'first_start_last_done': 'first_start_last_done_seconds',
        'first_start_last_done_without_done': 'first_start_last_done_without_done_seconds',
        'last_start_last_done': 'last_start_last_done_seconds',
        'active': 'active_seconds',
    }.items() %}
    when '{{ name }}' then {{ times }}.{{ column }}
    {%- endfor %}
end
{%- endmacro %}
