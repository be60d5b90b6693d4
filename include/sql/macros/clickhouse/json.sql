{# JSON: arguments are JSON columns or JSON as text. #}

{# A text from a JSON document by its path, `[]` for all of it; null if missing or JSON's null. A
   number is written with all digits, without an exponent and without zeros at its end. #}
{% macro json_text(json, path) -%}
{{ _in_full("JSONExtract(" ~ _at(json, path) ~ ", 'Nullable(String)')", json, path) }}
{%- endmacro %}

{# A part of a JSON document as JSON text; null if it is missing. #}
{% macro json_part(json, path) -%}
{{ _in_full(_raw(json, path), json, path) }}
{%- endmacro %}

{# Columns: several texts of one JSON document, read in one go; `paths` is column: path. A path does
   not lead on where another one ends. #}
{% macro json_texts(json, paths) -%}
{% for name, path in paths.items() -%}
{%- set text = _member(json, path, paths.values()) -%}
if(
    {{ text }} is null or {{ _leads_through_list(json, path, paths.values()) }},
    null,
    {{ _in_full(text, json, path) }}
) as {{ name }}{{ "" if loop.last else ", " }}
{%- endfor %}
{%- endmacro %}

{# Some members of a JSON object, read in one go, for a column that `json_field` takes them from. #}
{% macro json_record(json, names) -%}
JSONExtract(
    ifNull({{ json }}, ''),
    'Tuple({% for name in names %}`{{ name }}` Nullable(String){{ "" if loop.last else ", " }}{% endfor %})'
)
{%- endmacro %}

{# A member of such a column: a text or whole number as text, anything else as JSON text; null if
   missing or JSON's null. #}
{% macro json_field(record, name) -%}
tupleElement({{ record }}, '{{ name }}')
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
has(JSONExtractArrayRaw({{ _at(json, path) }}), '"{{ value }}"')
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
                    JSONExtractKeysAndValuesRaw({{ _at(json, path) }})
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
    arrayMap(item -> toNullable(item), JSONExtractArrayRaw({{ _at(json, path) }})) as {{ name }}
{%- endmacro %}

{# Join clause: the same with the item's place in the array, from 1 on, as a further column. #}
{% macro join_numbered_json_items(json, path, name, place) -%}
array join
    arrayMap(item -> toNullable(item), JSONExtractArrayRaw({{ _at(json, path) }})) as {{ name }},
    arrayMap(item -> toInt64(item), arrayEnumerate(JSONExtractArrayRaw({{ _at(json, path) }}))) as {{ place }}
{%- endmacro %}

{# Join clause: a row per text of a JSON array of texts; the text is the column `name`. #}
{% macro join_json_texts(json, path, name) -%}
array join
    arrayMap(item -> {{ json_text("item", []) }}, JSONExtractArrayRaw({{ _at(json, path) }})) as {{ name }}
{%- endmacro %}

{# Join clause: a row per member of a JSON object, as columns `key_name` and `value_name` (JSON). #}
{% macro join_json_members(json, path, key_name, value_name) -%}
array join
    arrayMap(member -> toNullable(member.1), JSONExtractKeysAndValuesRaw({{ _at(json, path) }})) as {{ key_name }},
    arrayMap(member -> toNullable(member.2), JSONExtractKeysAndValuesRaw({{ _at(json, path) }})) as {{ value_name }}
{%- endmacro %}

{# Join clause: a row per text of a JSON array, or per key of a JSON object; the column `name`. #}
{% macro join_json_texts_or_keys(json, name) -%}
array join
    arrayConcat(
        arrayMap(item -> {{ json_text("item", []) }}, JSONExtractArrayRaw({{ _at(json, []) }})),
        arrayMap(key -> toNullable(key), JSONExtractKeys({{ _at(json, []) }}))
    ) as {{ name }}
{%- endmacro %}

{# Parts of the above. #}

{% macro _raw(json, path) -%}
nullIf(JSONExtractRaw({{ _at(json, path) }}), '')
{%- endmacro %}

{# What was read; a number that ClickHouse writes with an exponent, or as -0, in full. A text that
   looks like one stays. #}
{% macro _in_full(text, json, path) -%}
if(
    match({{ text }}, '^-?[0-9.]+e-?[0-9]+$|^-0$')
    and not startsWith({{ _raw(json, path) }}, '"'),
    {{ number_in_full(text) }},
    {{ text }}
)
{%- endmacro %}

{# Whether a path leads through a list, which can be read as a tuple as well, by the places of its
   items: none of them has a name. #}
{% macro _leads_through_list(json, path, paths) -%}
match({{ _at(json, []) }}, '^\\s*\\[')
{%- for length in range(1, path | length) %}
{%- set parents = [] %}
{%- for other in paths if other[length:] %}{% set _ = parents.append(other[:length]) %}{% endfor %}
or startsWith({{ _member(json, path[:length], parents) }}, '[')
{%- endfor %}
{%- endmacro %}

{# What is at one of the paths, all of which are read in one go. #}
{% macro _member(json, path, paths) -%}
{{ "tupleElement(" * path | length }}JSONExtract({{ _at(json, []) }}, '{{ _tuple(paths | list) }}')
{%- for key in path %}, '{{ key }}'){% endfor %}
{%- endmacro %}

{% macro _tuple(paths) -%}
Tuple({% for key, members in paths | groupby(0) %}
{%- set rests = [] %}
{%- for path in members if path[1:] %}{% set _ = rests.append(path[1:]) %}{% endfor %}
{%- if not loop.first %}, {% endif %}`{{ key }}` {{ _tuple(rests) if rests else "Nullable(String)" }}
{%- endfor %})
{%- endmacro %}

{% macro _at(json, path) -%}
ifNull({{ json }}, ''){% for key in path %}, '{{ key }}'{% endfor %}
{%- endmacro %}
