-- A column interval's issue, column and person are there.
{% for column, model, key in [
    ('issue_key', 'fct_issues', 'issue_key'),
    ('column_key', 'dim_board_columns', 'column_key'),
    ('entered_by_key', 'dim_users', 'user_key'),
] %}
select
    child.interval_key,
    '{{ column }}' as reference,
    child.{{ column }} as missing_key
from {{ ref('fct_issue_column_intervals') }} as child
left join {{ ref(model) }} as parent
    on child.{{ column }} = parent.{{ key }}
where child.{{ column }} is not null and parent.{{ key }} is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
