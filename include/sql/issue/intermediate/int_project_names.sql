{# What the configuration may call a project or sprint: its id, number, slug or name. #}
with members as (
    select
        project_id,
        cast(project_number as {{ type_text() }}) as number,
        slug,
        name
    from {{ staged('projects') }}
    union all
    select
        sprint_id as project_id,
        cast(null as {{ type_text() }}) as number,
        slug,
        name
    from {{ staged('sprints') }}
),

final as (
    select
        project_id,
        project_id as project_ref
    from members
    union distinct
    select
        project_id,
        number as project_ref
    from members
    where number is not null
    union distinct
    select
        project_id,
        slug as project_ref
    from members
    where slug is not null
    union distinct
    select
        project_id,
        name as project_ref
    from members
    where name is not null
)

select * from final
