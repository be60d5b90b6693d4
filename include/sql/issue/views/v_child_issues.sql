{# What issues are sub-tasks of now, by the last change that names the parent. #}
{% from "templates/parents.sql" import current_parents %}
with changes as (
    select * from {{ published('fct_issue_changes') }}
),

{{ current_parents('changes', ['instance', 'issue_key'], 'change_key') }},

final as (
    select
        instance,
        issue_key,
        {{ surrogate_key('instance', ['parent_id']) }} as parent_key
    from parents
)

select * from final
