{# The custom fields that tasks show, empty ones too. #}
with tasks as (
    select * from {{ raw('tasks') }}
),

final as (
    select
        tasks.record_id as issue_id,
        'custom:' || substring(member_name, 8) as field
    from tasks
    {{ join_json_members('tasks.payload', ['fields'], 'member_name', 'member_value') }}
    where substring(member_name, 1, 7) = 'custom.'
)

select * from final
