{# Edges between tasks that came or went. #}
with final as (
    select
        change_id,
        issue_id,
        case field
            when 'edge:62' then 'duplicated_by'
            when 'edge:63' then 'duplicate_of'
            else field
        end as edge_kind,
        coalesce(new_value, old_value) as other_id,
        new_value is not null as is_beginning,
        changed_at,
        event_order,
        actor_id
    from {{ ref('stg_phabricator__list_changes') }}
    where
        field in ('subtask', 'parent', 'mention', 'mentioned_by', 'edge:62', 'edge:63')
        and coalesce(new_value, old_value) is not null
)

select * from final
