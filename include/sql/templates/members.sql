{# Columns of many members of a document: `record` is a column made by json_record, `paths` is
   column: path. #}
{% macro record_names(paths) -%}
{% set names = [] %}
{%- for path in paths.values() if path[0] not in names -%}
{% set _ = names.append(path[0]) %}
{%- endfor %}
{{- names | join(' ') }}
{%- endmacro %}

{% macro record_columns(record, paths) -%}
{% for column, path in paths.items() -%}
{% if path | length == 1 -%}
{{ json_field(record, path[0]) }} as {{ column }}
{%- else -%}
{{ json_text(json_field(record, path[0]), path[1:]) }} as {{ column }}
{%- endif %}
{{- "" if loop.last else ", " }}
{% endfor -%}
{%- endmacro %}
