{# Types, literals, texts as numbers and booleans, keys. #}

{% macro type_text() %}text{% endmacro %}
{% macro type_bigint() %}bigint{% endmacro %}
{% macro type_decimal() %}numeric(38, 9){% endmacro %}
{% macro type_double() %}double precision{% endmacro %}
{% macro type_boolean() %}boolean{% endmacro %}
{% macro type_date() %}date{% endmacro %}
{% macro type_timestamp() %}timestamp with time zone{% endmacro %}

{# Window function: a value of the row before; null where there is none. #}
{% macro lag(value) %}lag({{ value }}){% endmacro %}

{# Window function: a value of the row after; null where there is none. #}
{% macro lead(value) %}lead({{ value }}){% endmacro %}

{# A text as a literal. #}
{% macro text_literal(value) %}'{{ value | replace("'", "''") }}'{% endmacro %}

{# A text as an integer of up to so many digits; null if it is not one.
   As in JSON, without leading zeros; `3.0` is 3. #}
{% macro text_to_bigint(text, digits=18) -%}
case
    when {{ text }} ~ '^-?(0|[1-9][0-9]{0,{{ digits - 1 }}})([.]0+)?$'
        then cast(split_part({{ text }}, '.', 1) as bigint)
end
{%- endmacro %}

{# A double as text, with an exponent from 1e21 up and below 1e-6 only. #}
{% macro double_to_text(value) -%}
case
    when abs({{ value }}) >= 1e21 or abs({{ value }}) < 1e-6 and {{ value }} <> 0
        then regexp_replace(cast({{ value }} as text), 'e(\+|(-)0?)', 'e\2')
    else cast(trim_scale(cast(cast({{ value }} as text) as numeric)) as text)
end
{%- endmacro %}

{# A text as a number, as in JSON; null if it is not one, or neither 0 nor from 1e-307 to 1e308. #}
{% macro text_to_double(text) -%}
(
    select
        case
            when number = 0 or abs(number) between 1e-307 and 1e308
                then cast(number as double precision)
        end
    from (
        select
            case
                when length({{ text }}) <= 400 and {{ text }} ~ '{{ _json_number() }}'
                    then cast({{ text }} as numeric)
            end as number
        limit 1
    ) as numbers
)
{%- endmacro %}

{# A text as a decimal, in plain digits; null if it is not one, or has more than 29 digits before
   the point. What is below the ninth place is cut off. #}
{% macro text_to_decimal(text) -%}
case
    when length({{ text }}) <= 400 and {{ text }} ~ '{{ _plain_decimal() }}'
        then cast(trunc(cast({{ text }} as numeric), 9) as numeric(38, 9))
end
{%- endmacro %}

{# A number as text, with all digits and without zeros at its end. #}
{% macro number_in_full(number) -%}
cast(trim_scale(cast({{ number }} as numeric)) as text)
{%- endmacro %}

{# A text with the letters A to Z in lower case; others stay, whatever the database's locale. #}
{% macro lower_ascii(text) -%}
lower({{ text }} collate "C")
{%- endmacro %}

{# At most so many characters of a text, from its beginning. #}
{% macro first_characters(text, count) -%}
left({{ text }}, {{ count }})
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

{# The least value that so many of all are at or below; null if there are none. #}
{% macro percentile_nearest_rank(fraction, value) -%}
percentile_disc({{ fraction }}) within group (order by {{ value }})
{%- endmacro %}

{# A key from the instance and the source's immutable ids; null if one of them is. A hash stands for
   what is longer than ids are, since no index takes texts of any length. #}
{% macro surrogate_key(instance, ids) -%}
{{ instance }}
{%- for id in ids %}
|| ':' || case when length({{ id }}) > 200 then md5({{ id }}) else {{ id }} end
{%- endfor %}
{%- endmacro %}

{# Whether a text has a match of a regular expression, a literal of what both engines know: no
   boundaries of words, no look-ahead. An empty one matches nothing. #}
{% macro has_match(text, pattern) -%}
({{ pattern }} <> '' and {{ text }} ~ {{ pattern }})
{%- endmacro %}

{# Join clause: a row per match of such an expression with one group, which is the column `name`. #}
{% macro join_matches(text, pattern, name) -%}
cross join lateral (
    select found[1]
    from regexp_matches({{ text }}, {{ pattern }}, 'g') as matches (found)
    where {{ pattern }} <> ''
) as {{ name }}_matches ({{ name }})
{%- endmacro %}

{# Parts of the above. #}
{% macro _plain_decimal() -%}
^-?(0|[1-9][0-9]{0,28})([.][0-9]+)?$
{%- endmacro %}

{% macro _json_number() -%}
^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]{1,3})?$
{%- endmacro %}
