with tasks as (
    select * from {{ raw('tasks') }}
),

final as (
    select
        tasks.record_id as issue_id,
        project_id
    from tasks
    {{ join_json_texts(
        'tasks.payload', ['attachments', 'projects', 'projectPHIDs'], 'project_id'
    ) }}
)

select * from final
