{# The team of a project or sprint is configured for it by id, number, slug or name, or for its
   nearest ancestor. #}
with recursive members as (
    select
        project_id,
        parent_project_id
    from {{ staged('projects') }}
    union all
    select
        sprint_id as project_id,
        project_id as parent_project_id
    from {{ staged('sprints') }}
),

lineage as (
    select
        project_id,
        project_id as ancestor_id,
        0 as distance
    from members
    union all
    select
        lineage.project_id,
        parents.parent_project_id as ancestor_id,
        lineage.distance + 1 as distance
    from lineage
    inner join members as parents on lineage.ancestor_id = parents.project_id
    where parents.parent_project_id is not null and lineage.distance < 50
),

names as (
    select
        project_id,
        project_ref
    from {{ ref('int_project_names') }}
    union distinct
    select
        ancestor_id as project_id,
        ancestor_id as project_ref
    from lineage
),

matches as (
    select
        lineage.project_id as project_id,
        configured.team as team,
        row_number() over (
            partition by lineage.project_id order by lineage.distance, configured.team
        ) as choice
    from lineage
    inner join names on lineage.ancestor_id = names.project_id
    inner join {{ settings_table('team') }} as configured
        on names.project_ref = configured.project_ref
),

final as (
    select
        project_id,
        team
    from matches
    where choice = 1
)

select * from final
