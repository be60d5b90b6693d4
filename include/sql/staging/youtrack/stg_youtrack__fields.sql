{# Fields of issues, as changes name them: YouTrack's own, those that all projects may have, and the
   custom ones of projects. #}
with own as (
    {% for field in [
        'assignee', 'description', 'estimate', 'issue_type', 'priority', 'project', 'resolved',
        'status', 'tag', 'title',
    ] -%}
    select cast('{{ field }}' as {{ type_text() }}) as field
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

final as (
    select field from own
    union distinct
    select 'custom:' || name as field from {{ ref('stg_youtrack__project_fields') }}
    where name is not null
)

select * from final
