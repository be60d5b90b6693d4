{# Types, literals, texts as numbers and booleans, keys. Types are nullable, since lead, lag and
   outer joins return missing values only as null. #}

{% macro type_text() %}Nullable(String){% endmacro %}
{% macro type_bigint() %}Nullable(Int64){% endmacro %}
{% macro type_decimal() %}Nullable(Decimal(38, 9)){% endmacro %}
{% macro type_double() %}Nullable(Float64){% endmacro %}
{% macro type_boolean() %}Nullable(Bool){% endmacro %}
{% macro type_date() %}Nullable(Date){% endmacro %}
{% macro type_timestamp() %}Nullable(DateTime64(6, 'UTC')){% endmacro %}

{# A text as a literal. #}
{% macro text_literal(value) -%}
'{{ value | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}

{# A text as an integer; null if it is not one. #}
{% macro text_to_bigint(text) -%}
if(match({{ text }}, '^-?[0-9]{1,18}$'), toInt64OrNull({{ text }}), null)
{%- endmacro %}

{# A text as a number; null if it is not one. #}
{% macro text_to_double(text) -%}
if(
    match({{ text }}, '^-?[0-9]{1,15}([.][0-9]+)?([eE][-+]?[0-9]{1,2})?$'),
    toFloat64OrNull({{ text }}),
    null
)
{%- endmacro %}

{# A text as a boolean; null if it is not one. #}
{% macro text_to_boolean(text) -%}
cast(case {{ text }} when 'true' then true when 'false' then false end as Nullable(Bool))
{%- endmacro %}

{# A quotient as a double; null if the divisor is 0 or null. #}
{% macro ratio(dividend, divisor) -%}
cast({{ dividend }} as Nullable(Float64)) / nullIf({{ divisor }}, 0)
{%- endmacro %}

{# The percentile of a column for a fraction such as 0.85, interpolated between neighbours. #}
{% macro percentile(fraction, value) -%}
quantileExactInclusive({{ fraction }})({{ value }})
{%- endmacro %}

{# A key from the instance and the source's immutable ids; null if one of them is. #}
{% macro surrogate_key(instance, ids) -%}
{{ instance }}{% for id in ids %} || ':' || {{ id }}{% endfor %}
{%- endmacro %}
