{# The labels that issues have. #}
with members as (
    select
        issues.issue_id,
        {{ json_texts('label', {'label_id': ['id'], 'name': ['name']}) }},
        {{ json_part('label', ['name']) }} as name_json
    from {{ ref('stg_github__issue_members') }} as issues
    {{ join_json_items('issues.labels', [], 'label') }}
),

final as (
    select distinct
        issue_id,
        name,
        name_json
    from members
    where name is not null
)

select * from final
