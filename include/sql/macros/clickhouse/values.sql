{# Types, literals, texts as numbers and booleans, keys. Types are nullable, since lead, lag and
   outer joins return missing values only as null. #}

{% macro type_text() %}Nullable(String){% endmacro %}
{% macro type_bigint() %}Nullable(Int64){% endmacro %}
{% macro type_decimal() %}Nullable(Decimal(38, 9)){% endmacro %}
{% macro type_double() %}Nullable(Float64){% endmacro %}
{% macro type_boolean() %}Nullable(Bool){% endmacro %}
{% macro type_date() %}Nullable(Date){% endmacro %}
{% macro type_timestamp() %}Nullable(DateTime64(6, 'UTC')){% endmacro %}

{# Window function: a value of the row before; null where there is none. #}
{% macro lag(value) %}lag(toNullable({{ value }})){% endmacro %}

{# Window function: a value of the row after; null where there is none. #}
{% macro lead(value) %}lead(toNullable({{ value }})){% endmacro %}

{# A text as a literal. #}
{% macro text_literal(value) -%}
'{{ value | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}

{# A text as an integer of up to so many digits; null if it is not one.
   As in JSON, without leading zeros; `3.0` is 3. #}
{% macro text_to_bigint(text, digits=18) -%}
if(
    match({{ text }}, '^-?(0|[1-9][0-9]{0,{{ digits - 1 }}})([.]0+)?$'),
    toInt64OrNull(extract({{ text }}, '^-?[0-9]+')),
    null
)
{%- endmacro %}

{# A double as text, with an exponent from 1e21 up and below 1e-6 only. #}
{% macro double_to_text(value) %}toString({{ value }}){% endmacro %}

{# A text as a number, as in JSON; null if it is not one, or neither 0 nor from 1e-307 to 1e308. #}
{% macro text_to_double(text) -%}
if(
    length({{ text }}) <= 400
    and match({{ text }}, '{{ _json_number() }}')
    and (
        not match({{ text }}, '^-?[0.]*[1-9]')
        or abs(toFloat64OrNull({{ text }})) between 1e-307 and 1e308
    ),
    toFloat64OrNull({{ text }}) + 0,
    null
)
{%- endmacro %}

{# A text as a decimal, in plain digits; null if it is not one, or has more than 29 digits before
   the point. What is below the ninth place is cut off. #}
{% macro text_to_decimal(text) -%}
if(
    length({{ text }}) <= 400 and match({{ text }}, '{{ _plain_decimal() }}'),
    toDecimal128OrNull(replaceRegexpOne({{ text }}, '([.][0-9]{9})[0-9]+$', '\\1'), 9),
    null
)
{%- endmacro %}

{# A number that ClickHouse writes with an exponent, or as -0, with all digits. #}
{% macro number_in_full(number) -%}
multiIf(
    {{ number }} = '-0',
    '0',
    {{ number }} like '%e-%',
    replaceRegexpOne({{ number }}, '^(-?).*$', '\\1')
    || '0.'
    || repeat('0', toInt64OrZero(extract({{ number }}, 'e-([0-9]+)$')) - 1)
    || {{ _mantissa(number) }},
    replaceRegexpOne({{ number }}, '^(-?).*$', '\\1')
    || {{ _mantissa(number) }}
    || repeat(
        '0',
        toInt64OrZero(extract({{ number }}, 'e([0-9]+)$'))
        - length(extract({{ number }}, '[.]([0-9]+)e'))
    )
)
{%- endmacro %}

{# A text with the letters A to Z in lower case; others stay, whatever the database's locale. #}
{% macro lower_ascii(text) -%}
lower({{ text }})
{%- endmacro %}

{# At most so many characters of a text, from its beginning. #}
{% macro first_characters(text, count) -%}
substringUTF8({{ text }}, 1, {{ count }})
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

{# The least value that so many of all are at or below; null if there are none. #}
{% macro percentile_nearest_rank(fraction, value) -%}
if(
    count({{ value }}) = 0,
    null,
    arraySort(groupArray({{ value }}))[
        toUInt64(greatest(1, ceil({{ fraction }} * count({{ value }}))))
    ]
)
{%- endmacro %}

{# A key from the instance and the source's immutable ids; null if one of them is. A hash stands for
   what is longer than ids are, since no index takes texts of any length. #}
{% macro surrogate_key(instance, ids) -%}
{{ instance }}
{%- for id in ids %}
|| ':' || case when lengthUTF8({{ id }}) > 200 then lower(hex(MD5({{ id }}))) else {{ id }} end
{%- endfor %}
{%- endmacro %}

{# Whether a text has a match of a regular expression, a literal of what both engines know: no
   boundaries of words, no look-ahead. An empty one matches nothing. #}
{% macro has_match(text, pattern) -%}
({{ pattern }} <> '' and match({{ text }}, {{ pattern }}))
{%- endmacro %}

{# Join clause: a row per match of such an expression with one group, which is the column `name`. #}
{% macro join_matches(text, pattern, name) -%}
array join
    arrayMap(
        found -> toNullable(found),
        arrayFilter(
            found -> found != '' and {{ pattern }} != '',
            extractAll(ifNull({{ text }}, ''), {{ pattern }})
        )
    ) as {{ name }}
{%- endmacro %}

{# Parts of the above. #}
{% macro _plain_decimal() -%}
^-?(0|[1-9][0-9]{0,28})([.][0-9]+)?$
{%- endmacro %}

{% macro _json_number() -%}
^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]{1,3})?$
{%- endmacro %}

{% macro _mantissa(number) -%}
replaceOne(extract({{ number }}, '^-?([0-9.]+)e'), '.', '')
{%- endmacro %}
