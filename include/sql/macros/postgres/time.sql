{# Times and dates: read from texts, counted, and rounded. #}

{# The date that an ISO 8601 text begins with, or that milliseconds since 1970 fall on in UTC; null
   if there is none, or it is not from 1970 to 2147. #}
{% macro text_to_date(text) -%}
case
    when {{ text }} ~ '^[0-9]{1,13}$' and {{ text_to_bigint(text) }} < {{ _first_ms_too_late() }}
        then cast(({{ epoch_ms_to_timestamp(text_to_bigint(text)) }}) at time zone 'UTC' as date)
    when
        {{ text }} ~ '{{ _iso_date() }}'
        and to_char({{ _counted_date(text) }}, 'YYYY-MM-DD') = substring({{ text }}, 1, 10)
        then {{ _counted_date(text) }}
end
{%- endmacro %}

{# An ISO 8601 time with an offset, or milliseconds since 1970, as a timestamp; null if neither. #}
{% macro text_to_timestamp(text) -%}
case
    when {{ text }} ~ '^[0-9]{1,13}$' then {{ epoch_ms_to_timestamp(text_to_bigint(text)) }}
    when {{ text_to_date(text) }} is not null then {{ iso_to_timestamp(text) }}
end
{%- endmacro %}

{# Seconds since 1970 as a timestamp. #}
{% macro epoch_to_timestamp(seconds) -%}
to_timestamp({{ seconds }})
{%- endmacro %}

{# An ISO 8601 time with an offset, of up to microseconds, as a timestamp; null if it is none. #}
{% macro iso_to_timestamp(text) -%}
case when {{ text }} ~ '{{ _iso_time() }}' then cast({{ text }} as timestamp with time zone) end
{%- endmacro %}

{# Milliseconds since 1970 as a timestamp. #}
{% macro epoch_ms_to_timestamp(milliseconds) -%}
to_timestamp(0) + ({{ milliseconds }}) * interval '1 millisecond'
{%- endmacro %}

{# From the second that one timestamp falls into to that of another: durations of parts add up. #}
{% macro seconds_between(earlier, later) -%}
cast(
    floor(extract(epoch from {{ later }})) - floor(extract(epoch from {{ earlier }})) as bigint
)
{%- endmacro %}

{# The Monday of the week that a timestamp falls into in a time zone, as a date. #}
{% macro week_of(instant, timezone) -%}
cast(date_trunc('week', {{ instant }} at time zone {{ timezone }}) as date)
{%- endmacro %}

{# The quarter that a timestamp falls into in a time zone, such as 2026-Q4. #}
{% macro quarter_of(instant, timezone) -%}
to_char({{ instant }} at time zone {{ timezone }}, 'YYYY"-Q"Q')
{%- endmacro %}

{# The current time; for views only. #}
{% macro now() %}now(){% endmacro %}

{# Parts of the above. #}
{% macro _iso_time() -%}
{{ "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" }}
{{- "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[-+][01][0-9]:?[0-5][0-9])$" }}
{%- endmacro %}

{% macro _iso_date() -%}
^(19[7-9][0-9]|20[0-9][0-9]|21[0-3][0-9]|214[0-7])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T|$)
{%- endmacro %}

{% macro _first_ms_too_late() %}5600000000000{% endmacro %}

{# The 31st of a month of 30 days is the 1st of the next one, where a cast would raise. #}

{# The 31st of a month of 30 days is the 1st of the next one, where a cast would raise. #}
{% macro _counted_date(text) -%}
make_date(
    cast(substring({{ text }}, 1, 4) as integer), cast(substring({{ text }}, 6, 2) as integer), 1
) + cast(substring({{ text }}, 9, 2) as integer) - 1
{%- endmacro %}
