{# The closed list of macros: all that models may use beyond plain SQL. Every engine has a file with
   the same names and arguments (docs/adr/0003). JSON arguments are JSON columns or JSON as text. #}

{# Types. #}
{% macro type_text() %}text{% endmacro %}
{% macro type_bigint() %}bigint{% endmacro %}
{% macro type_decimal() %}numeric(38, 9){% endmacro %}
{% macro type_double() %}double precision{% endmacro %}
{% macro type_boolean() %}boolean{% endmacro %}
{% macro type_date() %}date{% endmacro %}
{% macro type_timestamp() %}timestamp with time zone{% endmacro %}

{# A text as a literal. #}
{% macro text_literal(value) %}'{{ value | replace("'", "''") }}'{% endmacro %}

{# A text from a JSON document by its path, `[]` for all of it; null if missing or JSON's null. #}
{% macro json_text(json, path) -%}
(cast({{ json }} as jsonb) #>> {{ _path(path) }})
{%- endmacro %}

{# A part of a JSON document as JSON text; null if it is missing. #}
{% macro json_part(json, path) -%}
cast(cast({{ json }} as jsonb) #> {{ _path(path) }} as text)
{%- endmacro %}

{# Columns: several texts of one JSON document, read in one go; `paths` is column: path. A path does
   not lead on where another one ends, and never through a list with items. #}
{% macro json_texts(json, paths) -%}
{% for name, path in paths.items() -%}
{{ json_text(json, path) }} as {{ name }}{{ "" if loop.last else ", " }}
{%- endfor %}
{%- endmacro %}

{# A text as an integer; null if it is not one. #}
{% macro text_to_bigint(text) -%}
case when {{ text }} ~ '^-?[0-9]{1,18}$' then cast({{ text }} as bigint) end
{%- endmacro %}

{# An integer from a JSON document, as number or text; null if it is neither. #}
{% macro json_bigint(json, path) -%}
{{ text_to_bigint(json_text(json, path)) }}
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

{# A boolean from a JSON document; null if it is missing. #}
{% macro json_boolean(json, path) -%}
cast({{ json_text(json, path) }} as boolean)
{%- endmacro %}

{# Whether a JSON array of texts contains a text. #}
{% macro json_array_has(json, path, value) -%}
coalesce((cast({{ json }} as jsonb) #> {{ _path(path) }}) ? '{{ value }}', false)
{%- endmacro %}

{# The members of a JSON object with a prefix, nulls left out, as JSON text; null if none. #}
{% macro json_members_with_prefix(json, path, prefix) -%}
(
    select cast(jsonb_object_agg(substr(member.key, {{ prefix | length + 1 }}), member.value) as text)
    from jsonb_each({{ _part_of_type(json, path, "object", "{}") }}) as member
    where
        left(member.key, {{ prefix | length }}) = '{{ prefix }}'
        and jsonb_typeof(member.value) <> 'null'
)
{%- endmacro %}

{# Aggregates: a JSON object of names and JSON texts, a JSON array of JSON texts; in the order of
   their bytes. Nulls are left out; null if nothing is left. #}
{% macro json_object_of(key, value) -%}
'{' || string_agg(
    cast(to_json({{ key }}) as text) || ': ' || {{ value }},
    ', ' order by cast(to_json({{ key }}) as text) collate "C"
) || '}'
{%- endmacro %}

{% macro json_array_of(value) -%}
'[' || string_agg({{ value }}, ', ' order by {{ value }} collate "C") || ']'
{%- endmacro %}

{# Join clause: a row per item of a JSON array; the item is the column `name`. #}
{% macro join_json_items(json, path, name) -%}
cross join lateral
    jsonb_array_elements({{ _part_of_type(json, path, "array", "[]") }}) as {{ name }}_items ({{ name }})
{%- endmacro %}

{# Join clause: a row per text of a JSON array of texts; the text is the column `name`. #}
{% macro join_json_texts(json, path, name) -%}
cross join lateral
    jsonb_array_elements_text({{ _part_of_type(json, path, "array", "[]") }})
        as {{ name }}_items ({{ name }})
{%- endmacro %}

{# Join clause: a row per member of a JSON object, as columns `key_name` and `value_name` (JSON). #}
{% macro join_json_members(json, path, key_name, value_name) -%}
cross join lateral
    jsonb_each({{ _part_of_type(json, path, "object", "{}") }})
        as {{ key_name }}_members ({{ key_name }}, {{ value_name }})
{%- endmacro %}

{# Join clause: a row per text of a JSON array, or per key of a JSON object; the column `name`. #}
{% macro join_json_texts_or_keys(json, name) -%}
cross join lateral (
    select jsonb_array_elements_text({{ _part_of_type(json, [], "array", "[]") }})
    union all
    select jsonb_object_keys({{ _part_of_type(json, [], "object", "{}") }})
) as {{ name }}_items ({{ name }})
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

{# Table expression: the records of an instance's latest snapshot; an empty one has a row without an
   id. #}
{% macro latest_records(table, instance) -%}
(
    select records.record_id, records.parent_id, records.version, records.payload
    from {{ table }} as records
    where
        records.instance = {{ instance }}
        and records.record_id <> ''
        and records.landed_at = (
            select max(landed_at) from {{ table }}
            where instance = {{ instance }}
        )
        and {{ _is_latest(table, "and newer.landed_at = records.landed_at") }}
) as latest_records
{%- endmacro %}

{# Table expression: the latest version of each record of some keys. `keys` is a query of their ids,
   `column` is the id in the table. #}
{% macro latest_records_of(table, instance, keys, column) -%}
(
    select records.record_id, records.parent_id, records.version, records.payload
    from ({{ keys }}) as wanted (id)
    inner join {{ table }} as records
        on records.instance = {{ instance }} and wanted.id = records.{{ column }}
    where {{ _is_latest(table) }}
) as latest_records
{%- endmacro %}

{# Table expression: the ids of all records of an instance. #}
{% macro ids_in_raw(table, instance) -%}
(
    select distinct record_id
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

{# The 31st of a month of 30 days is the 1st of the next one, where a cast would raise. #}
{% macro _counted_date(text) -%}
make_date(
    cast(substring({{ text }}, 1, 4) as integer), cast(substring({{ text }}, 6, 2) as integer), 1
) + cast(substring({{ text }}, 9, 2) as integer) - 1
{%- endmacro %}

{% macro _path(path) -%}
{%- if path %}array['{{ path | join("', '") }}']{% else %}cast('{}' as text[]){% endif -%}
{%- endmacro %}

{% macro _part_of_type(json, path, type, otherwise) -%}
case jsonb_typeof(cast({{ json }} as jsonb) #> {{ _path(path) }})
    when '{{ type }}' then cast({{ json }} as jsonb) #> {{ _path(path) }}
    else '{{ otherwise }}'
end
{%- endmacro %}

{% macro _is_latest(table, condition="") -%}
not exists (
    select 1
    from {{ table }} as newer
    where
        newer.instance = records.instance
        and newer.record_id = records.record_id
        and newer.version > records.version
        {{ condition }}
)
{%- endmacro %}
