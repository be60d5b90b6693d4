{# Stays in sprints that began before the sprint was over. Sprints without a start, and those that
   end before they begin, have no dates here. #}
with sprints as (
    select
        sprint_id,
        coalesce(starts_at < ends_at, starts_at is not null) as is_dated,
        starts_at,
        ends_at
    from {{ ref('int_sprints') }}
),

final as (
    select
        stays.issue_id as issue_id,
        stays.project_id as sprint_id,
        case when sprints.is_dated then sprints.starts_at end as starts_at,
        case when sprints.is_dated then sprints.ends_at end as ends_at,
        stays.begins_at as came_at,
        stays.ends_at as left_at
    from {{ ref('int_project_stays') }} as stays
    inner join sprints on stays.project_id = sprints.sprint_id
    where not sprints.is_dated or sprints.ends_at is null or stays.begins_at < sprints.ends_at
)

select * from final
