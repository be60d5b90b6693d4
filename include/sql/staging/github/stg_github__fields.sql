{# Fields of issues, as changes name them, that every issue may have. #}
with final as (
    {% for field in [
        'assignee', 'estimate', 'issue_type', 'label', 'link:blocked by', 'link:blocking',
        'link:duplicate of', 'locked', 'milestone', 'parent', 'project', 'status', 'sub_issue',
        'title',
    ] -%}
    select cast('{{ field }}' as {{ type_text() }}) as field
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select * from final
