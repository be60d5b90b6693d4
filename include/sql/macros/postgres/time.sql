{# Times and dates: read from texts, counted, and rounded. Those that are read are from 1970 to
   2147, and null otherwise (ADR 16). #}

{# The date that an ISO 8601 text begins with, or that milliseconds since 1970 fall on in UTC. #}
{% macro text_to_date(text) -%}
case
    when {{ text }} ~ '{{ _milliseconds() }}'
        then cast(({{ epoch_ms_to_timestamp(text_to_bigint(text)) }}) at time zone 'UTC' as date)
    when {{ text }} ~ '{{ _iso_date() }}(T|$)' then cast(substring({{ text }}, 1, 10) as date)
end
{%- endmacro %}

{# An ISO 8601 time with an offset, or milliseconds since 1970, as a timestamp. #}
{% macro text_to_timestamp(text) -%}
case
    when {{ text }} ~ '{{ _milliseconds() }}' then {{ epoch_ms_to_timestamp(text_to_bigint(text)) }}
    else {{ iso_to_timestamp(text) }}
end
{%- endmacro %}

{# Seconds since 1970 as a timestamp. #}
{% macro epoch_to_timestamp(seconds) -%}
case
    when ({{ seconds }}) between 0 and {{ _seconds_too_late() }} - 1 then to_timestamp({{ seconds }})
end
{%- endmacro %}

{# An ISO 8601 time with an offset as a timestamp; what is below a microsecond is cut off. #}
{% macro iso_to_timestamp(text) -%}
case
    when {{ text }} ~ '{{ _iso_time() }}'
        then cast(
            regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamp with time zone
        )
end
{%- endmacro %}

{# Milliseconds since 1970 as a timestamp. #}
{% macro epoch_ms_to_timestamp(milliseconds) -%}
case
    when ({{ milliseconds }}) between 0 and 1000 * {{ _seconds_too_late() }} - 1
        then to_timestamp(0) + ({{ milliseconds }}) * interval '1 millisecond'
end
{%- endmacro %}

{# From the second that one timestamp falls into to that of another: durations of parts add up. #}
{% macro seconds_between(earlier, later) -%}
cast(
    floor(extract(epoch from {{ later }})) - floor(extract(epoch from {{ earlier }})) as bigint
)
{%- endmacro %}

{# The day that a timestamp falls on in a time zone. #}
{% macro day_of(instant, timezone) -%}
cast({{ instant }} at time zone {{ timezone }} as date)
{%- endmacro %}

{# The Monday of the week that a timestamp falls into in a time zone, as a date. #}
{% macro week_of(instant, timezone) -%}
cast(date_trunc('week', {{ instant }} at time zone {{ timezone }}) as date)
{%- endmacro %}

{# The quarter that a timestamp falls into in a time zone, such as 2026-Q4. #}
{% macro quarter_of(instant, timezone) -%}
to_char({{ instant }} at time zone {{ timezone }}, 'YYYY"-Q"Q')
{%- endmacro %}

{# The days or months from one date to another, both included, as a row each. #}
{% macro dates_between(unit, first, last) -%}
cast(
    generate_series(
        cast({{ first }} as timestamp),
        cast({{ last }} as timestamp),
        interval '1 {{ unit }}'
    ) as date
)
{%- endmacro %}

{# The first day of the week (a Monday), month or quarter that a date falls into. #}
{% macro first_of(unit, day) -%}
cast(date_trunc('{{ unit }}', cast({{ day }} as timestamp)) as date)
{%- endmacro %}

{# The same day of the next week, month or quarter. #}
{% macro next_of(unit, day) -%}
cast({{ day }} + interval '{{ "3 month" if unit == "quarter" else "1 " ~ unit }}' as date)
{%- endmacro %}

{# How many days one date is after another. #}
{% macro days_from(earlier, later) -%}
cast({{ later }} - {{ earlier }} as bigint)
{%- endmacro %}

{# When a day begins in a time zone. #}
{% macro start_of(day, timezone) -%}
cast({{ day }} as timestamp) at time zone {{ timezone }}
{%- endmacro %}

{# Table expression: `rows` (calendar, instant and `keys`) with the last stretch of its calendar
   that has opened by then. A sort with both is as quick for few rows as for many; no index helps. #}
{% macro with_last_opening(rows, keys, hours) -%}
(
    select
        {{ keys | join(", ") }},
        calendar,
        instant,
        opens_at,
        closes_at,
        working_seconds_before
    from (
        select
            {{ keys | join(", ") }},
            calendar,
            instant,
            is_row,
            max(opens_at) over earlier as opens_at,
            max(closes_at) over earlier as closes_at,
            max(working_seconds_before) over earlier as working_seconds_before
        from (
            select
                {{ keys | join(", ") }},
                calendar,
                instant,
                true as is_row,
                cast(null as timestamp with time zone) as opens_at,
                cast(null as timestamp with time zone) as closes_at,
                cast(null as bigint) as working_seconds_before
            from {{ rows }}
            union all
            select
                {% for _ in keys %}null, {% endfor -%}
                calendar,
                opens_at,
                false,
                opens_at,
                closes_at,
                working_seconds_before
            from {{ hours }}
        ) as both_sides
        window earlier as (partition by calendar order by instant)
    ) as filled
    where is_row
)
{%- endmacro %}

{# The current time; for views only. #}
{% macro now() %}now(){% endmacro %}

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
