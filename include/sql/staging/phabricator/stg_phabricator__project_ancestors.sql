{# Subprojects and milestones, and what they are below of: parents, their parents, and so on. #}
with projects as (
    select
        record_id as project_id,
        {{ json_part('payload', ['attachments', 'ancestors']) }} as attachment
    from {{ raw('projects') }}
),

final as (
    select
        projects.project_id,
        {{ json_text('ancestor', ['phid']) }} as ancestor_id
    from projects
    {{ join_json_items('projects.attachment', ['ancestors'], 'ancestor') }}
)

select * from final
