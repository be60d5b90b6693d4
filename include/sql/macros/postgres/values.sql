{# Types, literals, texts as numbers and booleans, keys. #}

{% macro type_text() %}text{% endmacro %}
{% macro type_bigint() %}bigint{% endmacro %}
{% macro type_decimal() %}numeric(38, 9){% endmacro %}
{% macro type_double() %}double precision{% endmacro %}
{% macro type_boolean() %}boolean{% endmacro %}
{% macro type_date() %}date{% endmacro %}
{% macro type_timestamp() %}timestamp with time zone{% endmacro %}

{# A text as a literal. #}
{% macro text_literal(value) %}'{{ value | replace("'", "''") }}'{% endmacro %}

{# A text as an integer; null if it is not one. #}
{% macro text_to_bigint(text) -%}
case when {{ text }} ~ '^-?[0-9]{1,18}$' then cast({{ text }} as bigint) end
{%- endmacro %}

{# A text as a number; null if it is not one. #}
{% macro text_to_double(text) -%}
case
    when {{ text }} ~ '^-?[0-9]{1,15}([.][0-9]+)?([eE][-+]?[0-9]{1,2})?$'
        then cast({{ text }} as double precision)
end
{%- endmacro %}

{# A text as a boolean; null if it is not one. #}
{% macro text_to_boolean(text) -%}
case {{ text }} when 'true' then true when 'false' then false end
{%- endmacro %}

{# A quotient as a double; null if the divisor is 0 or null. #}
{% macro ratio(dividend, divisor) -%}
cast({{ dividend }} as double precision) / nullif({{ divisor }}, 0)
{%- endmacro %}

{# The percentile of a column for a fraction such as 0.85, interpolated between neighbours. #}
{% macro percentile(fraction, value) -%}
percentile_cont({{ fraction }}) within group (order by {{ value }})
{%- endmacro %}

{# A key from the instance and the source's immutable ids; null if one of them is. #}
{% macro surrogate_key(instance, ids) -%}
{{ instance }}{% for id in ids %} || ':' || {{ id }}{% endfor %}
{%- endmacro %}
