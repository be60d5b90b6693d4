{# The projects of the snapshot, and parents that occur only as references. #}
{% from "templates/attribution.sql" import told_apart %}
with projects as (
    select * from {{ staged('projects') }}
),

parents as (
    select parent_project_id as project_id from projects
    union distinct
    select project_id from {{ staged('sprints') }}
),

unseen_parents as (
    select parents.project_id as project_id
    from parents
    left join projects on parents.project_id = projects.project_id
    where parents.project_id is not null and projects.project_id is null
),

members as (
    select
        projects.project_id as project_id,
        projects.project_number as project_number,
        projects.name as name,
        projects.slug as slug,
        coalesce(teams.team, {{ told_apart('projects.name') }}) as team,
        projects.parent_project_id as parent_project_id,
        projects.status as status,
        true as is_known,
        projects.created_at as created_at
    from projects
    left join {{ ref('int_project_teams') }} as teams on projects.project_id = teams.project_id
    union all
    select
        project_id,
        cast(null as {{ type_bigint() }}) as project_number,
        project_id as name,
        cast(null as {{ type_text() }}) as slug,
        project_id as team,
        cast(null as {{ type_text() }}) as parent_project_id,
        cast(null as {{ type_text() }}) as status,
        false as is_known,
        cast(null as {{ type_timestamp() }}) as created_at
    from unseen_parents
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['project_id']) }} as project_key,
        project_id,
        project_number,
        name,
        slug,
        team,
        parent_project_id,
        {{ surrogate_key(setting('instance'), ['parent_project_id']) }} as parent_project_key,
        status,
        is_known,
        created_at
    from members
)

select * from final
