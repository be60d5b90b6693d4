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

{# SELECT: members of records whose values cannot be read. `rows` has record_id and payload,
   `paths` is member: path, and `readings` is a list of (members, what reads `given`). A record is
   parsed once. #}
{% macro unreadable_members(rows, paths, readings) -%}
{% set columns = {} -%}
{% for path in paths.values() -%}
{% set _ = columns.update({'text_' ~ loop.index: path}) -%}
{% endfor -%}
select
    record_id as issue_id,
    member,
    given
from (
    select
        texts.record_id as record_id,
        members.member as member,
        case
            {% for name in paths %}when member = '{{ name }}' then text_{{ loop.index }} {% endfor %}
        end as given
    from (
        select
            record_id,
            {{ json_texts('payload', columns) }}
        from {{ rows }}
    ) as texts
    cross join (
        select '' as member -- which names the column
        {% for name in paths %}union all select '{{ name }}' {% endfor %}
    ) as members
) as told
where
    given is not null
    and case
        {% for names, reading in readings %}when member in ('{{ names | join("', '") }}') then {{ reading }} is null {% endfor %}
        else false
    end
{%- endmacro %}
