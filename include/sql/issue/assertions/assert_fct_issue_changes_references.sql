-- A change's issue and actor are there.
{% for column, model, key in [
    ('issue_key', 'fct_issues', 'issue_key'),
    ('actor_key', 'dim_users', 'user_key'),
] %}
select
    child.change_key,
    '{{ column }}' as reference,
    child.{{ column }} as missing_key
from {{ ref('fct_issue_changes') }} as child
left join {{ ref(model) }} as parent
    on child.{{ column }} = parent.{{ key }}
where child.{{ column }} is not null and parent.{{ key }} is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
