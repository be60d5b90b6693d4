{# The team of a project is configured for it by id, slug or name, or for its nearest ancestor. #}
with recursive lineage as (
    select
        project_id,
        project_id as ancestor_id,
        0 as distance
    from {{ staged('projects') }}
    union all
    select
        lineage.project_id,
        parents.parent_project_id as ancestor_id,
        lineage.distance + 1 as distance
    from lineage
    inner join {{ staged('projects') }} as parents on lineage.ancestor_id = parents.project_id
    where parents.parent_project_id is not null and lineage.distance < 50
),

matches as (
    select
        lineage.project_id,
        settings.team,
        row_number() over (
            partition by lineage.project_id order by lineage.distance, settings.team
        ) as choice
    from lineage
    left join {{ staged('projects') }} as ancestors on lineage.ancestor_id = ancestors.project_id
    inner join {{ settings_table('team') }} as settings
        on settings.project_ref in (
            lineage.ancestor_id,
            cast(ancestors.project_number as {{ type_text() }}),
            ancestors.slug,
            ancestors.name
        )
),

final as (
    select
        project_id,
        team
    from matches
    where choice = 1
)

select * from final
