with final as (
    select
        sprint_key,
        {{ setting('instance') }} as instance,
        sprint_id,
        name,
        slug,
        team,
        project_key,
        sprint_number,
        sprint_rank,
        status,
        created_at,
        starts_at,
        ends_at,
        current_starts_at,
        current_ends_at
    from {{ ref('int_sprints') }}
)

select * from final
