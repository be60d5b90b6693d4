{# Times and dates: read from texts, counted, and rounded. #}

{# The date that an ISO 8601 text begins with, or that milliseconds since 1970 fall on in UTC; null
   if there is none, or it is not from 1970 to 2147. #}
{% macro text_to_date(text) -%}
multiIf(
    match({{ text }}, '^[0-9]{1,13}$') and {{ text_to_bigint(text) }} < {{ _first_ms_too_late() }},
    toDate({{ epoch_ms_to_timestamp(text_to_bigint(text)) }}, 'UTC'),
    match({{ text }}, '{{ _iso_date() }}')
    and toString(toDateOrNull(substring({{ text }}, 1, 10))) = substring({{ text }}, 1, 10),
    toDateOrNull(substring({{ text }}, 1, 10)),
    null
)
{%- endmacro %}

{# An ISO 8601 time with an offset, or milliseconds since 1970, as a timestamp; null if neither. #}
{% macro text_to_timestamp(text) -%}
multiIf(
    match({{ text }}, '^[0-9]{1,13}$'),
    {{ epoch_ms_to_timestamp(text_to_bigint(text)) }},
    {{ text_to_date(text) }} is not null,
    {{ iso_to_timestamp(text) }},
    null
)
{%- endmacro %}

{# Seconds since 1970 as a timestamp. #}
{% macro epoch_to_timestamp(seconds) -%}
fromUnixTimestamp64Micro(1000000 * {{ seconds }}, 'UTC')
{%- endmacro %}

{# An ISO 8601 time with an offset, of up to microseconds, as a timestamp; null if it is none. #}
{% macro iso_to_timestamp(text) -%}
if(match({{ text }}, '{{ _iso_time() }}'), parseDateTime64BestEffortOrNull({{ text }}, 6, 'UTC'), null)
{%- endmacro %}

{# Milliseconds since 1970 as a timestamp. #}
{% macro epoch_ms_to_timestamp(milliseconds) -%}
fromUnixTimestamp64Micro(1000 * {{ milliseconds }}, 'UTC')
{%- endmacro %}

{# From the second that one timestamp falls into to that of another: durations of parts add up. #}
{% macro seconds_between(earlier, later) -%}
toInt64(
    floor(toUnixTimestamp64Micro({{ later }}) / 1000000)
    - floor(toUnixTimestamp64Micro({{ earlier }}) / 1000000)
)
{%- endmacro %}

{# The Monday of the week that a timestamp falls into in a time zone, as a date. #}
{% macro week_of(instant, timezone) -%}
toMonday({{ instant }}, {{ timezone }})
{%- endmacro %}

{# The quarter that a timestamp falls into in a time zone, such as 2026-Q4. #}
{% macro quarter_of(instant, timezone) -%}
formatDateTime({{ instant }}, '%Y-Q%Q', {{ timezone }})
{%- endmacro %}

{# The current time; for views only. #}
{% macro now() %}now64(6, 'UTC'){% endmacro %}

{# Parts of the above. #}
{% macro _iso_time() -%}
{{ "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" }}
{{- "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[-+][01][0-9]:?[0-5][0-9])$" }}
{%- endmacro %}

{% macro _iso_date() -%}
^(19[7-9][0-9]|20[0-9][0-9]|21[0-3][0-9]|214[0-7])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T|$)
{%- endmacro %}

{% macro _first_ms_too_late() %}5600000000000{% endmacro %}
