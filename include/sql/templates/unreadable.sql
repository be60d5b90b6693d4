{# The finding of an issue about values that cannot be read (ADR 16). `values` is a CTE: issue_id,
   member (where the value stands), given (the value; null if there is none). #}
{% macro unreadable_findings(values) -%}
select
    issue_id,
    'unreadable_value' as rule,
    cast(count(*) as {{ type_text() }}) || ' values cannot be read, such as '
    || min(member || ': ' || coalesce(given, 'nothing')) as detail
from {{ values }}
group by 1, 2
{%- endmacro %}
