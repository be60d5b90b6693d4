{# Times and dates: read from texts, counted, and rounded. Those that are read are from 1970 to
   2147, and null otherwise (ADR 16). #}

{# The date that an ISO 8601 text begins with, or that milliseconds since 1970 fall on in UTC. #}
{% macro text_to_date(text) -%}
multiIf(
    match({{ text }}, '{{ _milliseconds() }}'),
    toDate({{ epoch_ms_to_timestamp(text_to_bigint(text)) }}, 'UTC'),
    match({{ text }}, '{{ _iso_date() }}(T|$)'),
    toDateOrNull(substring({{ text }}, 1, 10)),
    null
)
{%- endmacro %}

{# An ISO 8601 time with an offset, or milliseconds since 1970, as a timestamp. #}
{% macro text_to_timestamp(text) -%}
if(
    match({{ text }}, '{{ _milliseconds() }}'),
    {{ epoch_ms_to_timestamp(text_to_bigint(text)) }},
    {{ iso_to_timestamp(text) }}
)
{%- endmacro %}

{# Seconds since 1970 as a timestamp. #}
{% macro epoch_to_timestamp(seconds) -%}
if(
    ({{ seconds }}) between 0 and {{ _seconds_too_late() }} - 1,
    fromUnixTimestamp64Micro(1000000 * ({{ seconds }}), 'UTC'),
    null
)
{%- endmacro %}

{# An ISO 8601 time with an offset as a timestamp; what is below a microsecond is cut off. #}
{% macro iso_to_timestamp(text) -%}
if(
    match({{ text }}, '{{ _iso_time() }}'),
    parseDateTime64BestEffortOrNull(
        replaceRegexpOne({{ text }}, '([.][0-9]{6})[0-9]+', '\\1'), 6, 'UTC'
    ),
    null
)
{%- endmacro %}

{# Milliseconds since 1970 as a timestamp. #}
{% macro epoch_ms_to_timestamp(milliseconds) -%}
if(
    ({{ milliseconds }}) between 0 and 1000 * {{ _seconds_too_late() }} - 1,
    fromUnixTimestamp64Micro(1000 * ({{ milliseconds }}), 'UTC'),
    null
)
{%- endmacro %}

{# From the second that one timestamp falls into to that of another: durations of parts add up. #}
{% macro seconds_between(earlier, later) -%}
toInt64(
    floor(toUnixTimestamp64Micro({{ later }}) / 1000000)
    - floor(toUnixTimestamp64Micro({{ earlier }}) / 1000000)
)
{%- endmacro %}

{# The day that a timestamp falls on in a time zone. #}
{% macro day_of(instant, timezone) -%}
toDate({{ instant }}, {{ timezone }})
{%- endmacro %}

{# The Monday of the week that a timestamp falls into in a time zone, as a date. #}
{% macro week_of(instant, timezone) -%}
toMonday({{ instant }}, {{ timezone }})
{%- endmacro %}

{# The quarter that a timestamp falls into in a time zone, such as 2026-Q4. #}
{% macro quarter_of(instant, timezone) -%}
formatDateTime({{ instant }}, '%Y-Q%Q', {{ timezone }})
{%- endmacro %}

{# The days or months from one date to another, both included, as a row each. #}
{% macro dates_between(unit, first, last) -%}
arrayJoin(
    arrayMap(
        number -> assumeNotNull({{ first }}) + toInterval{{ unit | capitalize }}(number),
        range(
            toUInt64(
                greatest(
                    coalesce(dateDiff('{{ unit }}', {{ first }}, {{ last }}) + 1, 0),
                    0
                )
            )
        )
    )
)
{%- endmacro %}

{# The first day of the week (a Monday), month or quarter that a date falls into. #}
{% macro first_of(unit, day) -%}
toDate(dateTrunc('{{ unit }}', {{ day }}))
{%- endmacro %}

{# The same day of the next week, month or quarter. #}
{% macro next_of(unit, day) -%}
toDate({{ day }} + toInterval{{ unit | capitalize }}(1))
{%- endmacro %}

{# How many days one date is after another. #}
{% macro days_from(earlier, later) -%}
toInt64(dateDiff('day', {{ earlier }}, {{ later }}))
{%- endmacro %}

{# When a day begins in a time zone. #}
{% macro start_of(day, timezone) -%}
toDateTime64({{ day }}, 6, {{ timezone }})
{%- endmacro %}

{# Table expression: `rows` (calendar, instant and `keys`) with the last stretch of its calendar
   that has opened by then. #}
{% macro with_last_opening(rows, keys, hours) -%}
(
    select
        given.{{ keys | join(', given.') }},
        given.calendar as calendar,
        given.instant as instant,
        hours.opens_at as opens_at,
        hours.closes_at as closes_at,
        hours.working_seconds_before as working_seconds_before
    from {{ rows }} as given
    asof left join {{ hours }} as hours
        on given.calendar = hours.calendar and given.instant >= hours.opens_at
)
{%- endmacro %}

{# The current time; for views only. #}
{% macro now() %}now64(6, 'UTC'){% endmacro %}

{# Parts of the above. #}

{# A day of the calendar from 1970 to 2147, leap years included. #}
{% macro _iso_date() -%}
{{ "^((19[7-9][0-9]|20[0-9][0-9]|21[0-3][0-9]|214[0-7])-" }}
{{- "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)" }}
{{- "|02-(0[1-9]|1[0-9]|2[0-8]))" }}
{{- "|(19(7[26]|8[048]|9[26])|20([02468][048]|[13579][26])|21(0[48]|[13][26]|2[048]|4[04]))" }}
{{- "-02-29)" }}
{%- endmacro %}

{# Eight digits may be a date without hyphens, which is not read, and so they are nothing. #}
{% macro _milliseconds() -%}
^([0-9]{1,7}|[0-9]{9,13})$
{%- endmacro %}

{% macro _iso_time() -%}
{{ _iso_date() }}
{{- "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[-+](0[0-9]|1[0-4]):?[0-5][0-9])$" }}
{%- endmacro %}

{# 2148 begins so many seconds after 1970. #}
{% macro _seconds_too_late() %}5617123200{% endmacro %}
