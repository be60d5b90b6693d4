-- An issue's project, status and people are there.
{% for column, model, key in [
    ('project_key', 'dim_projects', 'project_key'),
    ('status_key', 'dim_statuses', 'status_key'),
    ('author_key', 'dim_users', 'user_key'),
    ('assignee_key', 'dim_users', 'user_key'),
] %}
select
    child.issue_key,
    '{{ column }}' as reference,
    child.{{ column }} as missing_key
from {{ ref('fct_issues') }} as child
left join {{ ref(model) }} as parent
    on child.{{ column }} = parent.{{ key }}
where child.{{ column }} is not null and parent.{{ key }} is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
