{# Edges between tasks that came or went. #}
{% set kinds = {
    'subtask': 'subtask', 'parent': 'parent', 'mention': 'mention',
    'mentioned_by': 'mentioned_by', 'edge:62': 'duplicated_by', 'edge:63': 'duplicate_of',
} %}
with final as (
    select
        change_id,
        issue_id,
        case field
            {% for field, kind in kinds.items() -%}
            when '{{ field }}' then '{{ kind }}'
            {% endfor -%}
            else field
        end as edge_kind,
        coalesce(new_value, old_value) as other_id,
        new_value is not null as is_beginning,
        changed_at,
        event_order,
        actor_id
    from {{ ref('stg_phabricator__list_changes') }}
    where field in ('{{ kinds | join("', '") }}') and coalesce(new_value, old_value) is not null
)

select * from final
