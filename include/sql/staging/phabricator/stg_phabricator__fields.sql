{# Fields of all tasks, as changes name them. No call lists custom ones; tasks show them. #}
with final as (
    {% for field in [
        'assignee', 'column', 'description', 'estimate', 'issue_type', 'mention', 'mentioned_by',
        'parent', 'priority', 'project', 'space', 'status', 'subscriber', 'subtask', 'title',
    ] -%}
    select cast('{{ field }}' as {{ type_text() }}) as field
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select * from final
