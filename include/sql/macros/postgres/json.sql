{# JSON: arguments are JSON columns or JSON as text. #}

{# A text from a JSON document by its path, `[]` for all of it; null if missing or JSON's null. A
   number is written with all digits, without an exponent and without zeros at its end. #}
{% macro json_text(json, path) -%}
{{ _read(json, path, "part #>> '{}'") }}
{%- endmacro %}

{# A part of a JSON document as JSON text; null if it is missing. #}
{% macro json_part(json, path) -%}
{{ _read(json, path, "cast(part as text)") }}
{%- endmacro %}

{# Columns: several texts of one JSON document, read in one go; `paths` is column: path. A path does
   not lead on where another one ends. #}
{% macro json_texts(json, paths) -%}
{% for name, path in paths.items() -%}
{{ json_text(json, path) }} as {{ name }}{{ "" if loop.last else ", " }}
{%- endfor %}
{%- endmacro %}

{# Some members of a JSON object, read in one go, for a column that `json_field` takes them from. #}
{% macro json_record(json, names) -%}
cast({{ json }} as jsonb)
{%- endmacro %}

{# A member of such a column: a text or whole number as text, anything else as JSON text; null if
   missing or JSON's null. #}
{% macro json_field(record, name) -%}
({{ record }} ->> '{{ name }}')
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
coalesce((cast({{ json }} as jsonb) #> {{ _path(path) }}) @> '["{{ value }}"]', false)
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

{# Join clause: the same with the item's place in the array, from 1 on, as a further column. #}
{% macro join_numbered_json_items(json, path, name, place) -%}
cross join lateral
    jsonb_array_elements({{ _part_of_type(json, path, "array", "[]") }})
        with ordinality as {{ name }}_items ({{ name }}, {{ place }})
{%- endmacro %}

{# Join clause: a row per text of a JSON array of texts; the text is the column `name`. #}
{% macro join_json_texts(json, path, name) -%}
cross join lateral (
    select {{ json_text("item", []) }}
    from jsonb_array_elements({{ _part_of_type(json, path, "array", "[]") }}) as items (item)
) as {{ name }}_items ({{ name }})
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
    select {{ json_text("item", []) }}
    from jsonb_array_elements({{ _part_of_type(json, [], "array", "[]") }}) as items (item)
    union all
    select jsonb_object_keys({{ _part_of_type(json, [], "object", "{}") }})
) as {{ name }}_items ({{ name }})
{%- endmacro %}

{# Parts of the above. #}

{# The part is looked up once: `limit 1` keeps the planner from repeating that. #}
{% macro _read(json, path, otherwise) -%}
(
    select
        case jsonb_typeof(part)
            when 'number' then {{ number_in_full('part') }}
            else {{ otherwise }}
        end
    from (select cast({{ json }} as jsonb) #> {{ _path(path) }} as part limit 1) as parts
)
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
