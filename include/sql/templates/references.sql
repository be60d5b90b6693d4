-- The rows that {{ model.name }} refers to exist.
{% for column in columns %}
select
    child.{{ model.key[0] }},
    '{{ column.name }}' as reference,
    child.{{ column.name }} as missing_key
from {{ ref(model.name) }} as child
{% for name in column.references -%}
left join {{ ref(name) }} as parent_{{ loop.index }}
    on child.{{ column.name }} = parent_{{ loop.index }}.{{ key_of(name) }}
{% endfor -%}
where
    child.{{ column.name }} is not null
    {%- for name in column.references %}
    and parent_{{ loop.index }}.{{ key_of(name) }} is null
    {%- endfor %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
