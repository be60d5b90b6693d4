{# The macros of postgres.sql for ClickHouse: the same names, arguments and meanings. JSON is text
   here. Types are nullable, since lead, lag and outer joins return missing values only as null. #}

{# Types. #}
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

{# A text from a JSON document by its path, `[]` for all of it; null if missing or JSON's null. #}
{% macro json_text(json, path) -%}
JSONExtract({{ _document(json) }}{{ _path(path) }}, 'Nullable(String)')
{%- endmacro %}

{# A part of a JSON document as JSON text; null if it is missing. #}
{% macro json_part(json, path) -%}
nullIf(JSONExtractRaw({{ _document(json) }}{{ _path(path) }}), '')
{%- endmacro %}

{# Columns: several texts of one JSON document, read in one go; `paths` is column: path. A path does
   not lead on where another one ends, and never through a list with items. #}
{% macro json_texts(json, paths) -%}
{% for name, path in paths.items() -%}
{{ "tupleElement(" * path | length }}JSONExtract(
    {{ _document(json) }}, '{{ _tuple(paths.values() | list) }}'
)
{%- for key in path %}, '{{ key }}'){% endfor %} as {{ name }}{{ "" if loop.last else ", " }}
{%- endfor %}
{%- endmacro %}

{# A text as an integer; null if it is not one. #}
{% macro text_to_bigint(text) -%}
if(match({{ text }}, '^-?[0-9]{1,18}$'), toInt64OrNull({{ text }}), null)
{%- endmacro %}

{# An integer from a JSON document, as number or text; null if it is neither. #}
{% macro json_bigint(json, path) -%}
{{ text_to_bigint(json_text(json, path)) }}
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

{# A boolean from a JSON document; null if it is missing. #}
{% macro json_boolean(json, path) -%}
cast({{ json_text(json, path) }} as Nullable(Bool))
{%- endmacro %}

{# Whether a JSON array of texts contains a text. #}
{% macro json_array_has(json, path, value) -%}
has(JSONExtract({{ _document(json) }}{{ _path(path) }}, 'Array(String)'), '{{ value }}')
{%- endmacro %}

{# The members of a JSON object with a prefix, nulls left out, as JSON text; null if none. #}
{% macro json_members_with_prefix(json, path, prefix) -%}
nullIf(
    concat(
        '{', arrayStringConcat(
            arrayMap(
                member -> concat(
                    toJSONString(substring(member.1, {{ prefix | length + 1 }})), ': ', member.2
                ),
                arrayFilter(
                    member -> startsWith(member.1, '{{ prefix }}') and member.2 != 'null',
                    JSONExtractKeysAndValuesRaw({{ _document(json) }}{{ _path(path) }})
                )
            ), ', '
        ), '}'
    ), '{}'
)
{%- endmacro %}

{# Aggregates: a JSON object of names and JSON texts, a JSON array of JSON texts; in the order of
   their bytes. Nulls are left out; null if nothing is left. #}
{% macro json_object_of(key, value) -%}
nullIf(
    concat(
        '{', arrayStringConcat(
            arraySort(groupArray(concat(toJSONString({{ key }}), ': ', {{ value }}))), ', '
        ), '}'
    ), '{}'
)
{%- endmacro %}

{% macro json_array_of(value) -%}
nullIf(concat('[', arrayStringConcat(arraySort(groupArray({{ value }})), ', '), ']'), '[]')
{%- endmacro %}

{# Join clause: a row per item of a JSON array; the item is the column `name`. #}
{% macro join_json_items(json, path, name) -%}
array join
    arrayMap(
        item -> toNullable(item), JSONExtractArrayRaw({{ _document(json) }}{{ _path(path) }})
    ) as {{ name }}
{%- endmacro %}

{# Join clause: a row per text of a JSON array of texts; the text is the column `name`. #}
{% macro join_json_texts(json, path, name) -%}
array join
    arrayMap(
        item -> toNullable({{ json_text("item", []) }}),
        JSONExtractArrayRaw({{ _document(json) }}{{ _path(path) }})
    ) as {{ name }}
{%- endmacro %}

{# Join clause: a row per member of a JSON object, as columns `key_name` and `value_name` (JSON). #}
{% macro join_json_members(json, path, key_name, value_name) -%}
array join
    arrayMap(
        member -> toNullable(member.1),
        JSONExtractKeysAndValuesRaw({{ _document(json) }}{{ _path(path) }})
    ) as {{ key_name }},
    arrayMap(
        member -> toNullable(member.2),
        JSONExtractKeysAndValuesRaw({{ _document(json) }}{{ _path(path) }})
    ) as {{ value_name }}
{%- endmacro %}

{# Join clause: a row per text of a JSON array, or per key of a JSON object; the column `name`. #}
{% macro join_json_texts_or_keys(json, name) -%}
array join
    arrayMap(
        item -> toNullable(item),
        arrayConcat(
            arrayMap(
                item -> assumeNotNull({{ json_text("item", []) }}),
                JSONExtractArrayRaw({{ _document(json) }})
            ),
            JSONExtractKeys({{ _document(json) }})
        )
    ) as {{ name }}
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

{# Table expression: the records of an instance's latest snapshot; an empty one has a row without an
   id. #}
{% macro latest_records(table, instance) -%}
{% set condition -%}
records.instance = {{ instance }}
        and records.record_id != ''
        and records.landed_at = (
            select max(landed_at) from {{ table }}
            where instance = {{ instance }}
        )
{%- endset -%}
{{ _latest(table, condition) }}
{%- endmacro %}

{# Table expression: the latest version of each record of some keys. `keys` is a query of their ids,
   `column` is the id in the table. #}
{% macro latest_records_of(table, instance, keys, column) -%}
{% set condition -%}
records.instance = {{ instance }}
        and records.entity_id in ({{ keys }})
        and records.{{ column }} is not null
{%- endset -%}
{{ _latest(table, condition) }}
{%- endmacro %}

{# Table expression: the ids of all records of an instance. #}
{% macro ids_in_raw(table, instance) -%}
(
    select distinct toNullable(record_id) as record_id
    from {{ table }}
    where instance = {{ instance }}
) as ids_in_raw
{%- endmacro %}

{# Parts of the above. #}
{% macro _iso_time() -%}
{{ "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" }}
{{- "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[-+][01][0-9]:?[0-5][0-9])$" }}
{%- endmacro %}

{% macro _iso_date() -%}
^(19[7-9][0-9]|20[0-9][0-9]|21[0-3][0-9]|214[0-7])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T|$)
{%- endmacro %}

{% macro _first_ms_too_late() %}5600000000000{% endmacro %}

{% macro _path(path) -%}
{% for key in path %}, '{{ key }}'{% endfor %}
{%- endmacro %}

{% macro _tuple(paths) -%}
Tuple({% for key, members in paths | groupby(0) %}
{%- set rests = [] %}
{%- for path in members if path[1:] %}{% set _ = rests.append(path[1:]) %}{% endfor %}
{%- if not loop.first %}, {% endif %}`{{ key }}` {{ _tuple(rests) if rests else "Nullable(String)" }}
{%- endfor %})
{%- endmacro %}

{% macro _document(json) -%}
ifNull({{ json }}, '')
{%- endmacro %}

{# Most records have one row, which is read as it is stored; the others are sorted. `final` would
   compare all rows with each other. #}
{% macro _latest(table, condition) -%}
(
    select {{ _record() }}
    from {{ table }} as records
    where {{ condition }} and records.record_id not in {{ _repeated(table, condition) }}
    union all
    select {{ _record() }}
    from {{ table }} as records
    where {{ condition }} and records.record_id in {{ _repeated(table, condition) }}
    qualify
        row_number() over (
            partition by records.record_id order by records.version desc, records.landed_at desc
        ) = 1
) as latest_records
{%- endmacro %}

{% macro _record() -%}
toNullable(records.record_id) as record_id,
        records.parent_id as parent_id,
        toNullable(records.version) as version,
        toNullable(records.payload) as payload
{%- endmacro %}

{% macro _repeated(table, condition) -%}
(
        select records.record_id
        from {{ table }} as records
        where {{ condition }}
        group by records.record_id
        having count(*) > 1
    )
{%- endmacro %}
