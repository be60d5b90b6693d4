with final as (
    select
        sprint_project_key,
        {{ setting('instance') }} as instance,
        sprint_key,
        project_key
    from {{ ref('int_sprint_projects') }}
)

select * from final
