{# JSON: arguments are JSON columns or JSON as text. #}

{# A text from a JSON document by its path, `[]` for all of it; null if missing or JSON's null. A
   number is written with all digits, without an exponent and without zeros at its end. #}
{% macro json_text(json, path) -%}
{%- set text -%}
JSONExtract({{ _document(json) }}{{ _path(path) }}, 'Nullable(String)')
{%- endset -%}
{{ _in_full(text, json, path) }}
{%- endmacro %}

{# A part of a JSON document as JSON text; null if it is missing. #}
{% macro json_part(json, path) -%}
{{ _in_full(_raw(json, path), json, path) }}
{%- endmacro %}

{# Columns: several texts of one JSON document, read in one go; `paths` is column: path. A path does
   not lead on where another one ends, and never through a list with items. #}
{% macro json_texts(json, paths) -%}
{% for name, path in paths.items() -%}
{%- set text -%}
{{ "tupleElement(" * path | length }}JSONExtract(
    {{ _document(json) }}, '{{ _tuple(paths.values() | list) }}'
)
{%- for key in path %}, '{{ key }}'){% endfor %}
{%- endset -%}
{{ _in_full(text, json, path) }} as {{ name }}{{ "" if loop.last else ", " }}
{%- endfor %}
{%- endmacro %}

{# An integer from a JSON document, as number or text; null if it is neither. #}
{% macro json_bigint(json, path) -%}
{{ text_to_bigint(json_text(json, path)) }}
{%- endmacro %}

{# A boolean from a JSON document; null if it is none. #}
{% macro json_boolean(json, path) -%}
{{ text_to_boolean(json_text(json, path)) }}
{%- endmacro %}

{# Whether a JSON array of texts contains a text. #}
{% macro json_array_has(json, path, value) -%}
has(JSONExtractArrayRaw({{ _document(json) }}{{ _path(path) }}), '"{{ value }}"')
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
        item -> {{ json_text("item", []) }},
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
    arrayConcat(
        arrayMap(item -> {{ json_text("item", []) }}, JSONExtractArrayRaw({{ _document(json) }})),
        arrayMap(key -> toNullable(key), JSONExtractKeys({{ _document(json) }}))
    ) as {{ name }}
{%- endmacro %}

{# Parts of the above. #}

{% macro _raw(json, path) -%}
nullIf(JSONExtractRaw({{ _document(json) }}{{ _path(path) }}), '')
{%- endmacro %}

{# What was read; a number that ClickHouse writes with an exponent, or as -0, in full. A text that
   looks like one stays. #}
{% macro _in_full(text, json, path) -%}
if(
    match({{ text }}, '^-?[0-9.]+e-?[0-9]+$|^-0$')
    and not startsWith({{ _raw(json, path) }}, '"'),
    {{ _all_digits(text) }},
    {{ text }}
)
{%- endmacro %}

{% macro _all_digits(number) -%}
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

{% macro _mantissa(number) -%}
replaceOne(extract({{ number }}, '^-?([0-9.]+)e'), '.', '')
{%- endmacro %}

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
