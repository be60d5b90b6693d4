{# Deployments with the team of their project. #}
with final as (
    select
        deployments.deployment_id as deployment_id,
        {{ surrogate_key(setting('instance'), ['deployments.deployment_id']) }} as deployment_key,
        coalesce(projects.team, deployments.project_id, '(no project)') as team
    from {{ staged('deployments') }} as deployments
    left join {{ ref('int_projects') }} as projects
        on deployments.project_id = projects.project_id
)

select * from final
