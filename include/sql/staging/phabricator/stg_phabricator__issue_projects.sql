with issues as (
    select * from {{ ref('stg_phabricator__issues') }}
),

final as (
    select
        issues.issue_id,
        project_id
    from issues
    {{ join_json_texts('issues.project_ids', [], 'project_id') }}
)

select * from final
