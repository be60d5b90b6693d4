{# The sprints of the snapshot. One without a team of its own has the team of its project. #}
{% from "templates/attribution.sql" import told_apart %}
with final as (
    select
        {{ surrogate_key(setting('instance'), ['sprints.sprint_id']) }} as sprint_key,
        sprints.sprint_id as sprint_id,
        sprints.name as name,
        sprints.slug as slug,
        coalesce(teams.team, {{ told_apart('coalesce(projects.name, sprints.name)') }}) as team,
        sprints.project_id as project_id,
        {{ surrogate_key(setting('instance'), ['sprints.project_id']) }} as project_key,
        sprints.sprint_number as sprint_number,
        sprints.sprint_rank as sprint_rank,
        sprints.status as status,
        sprints.created_at as created_at,
        dates.starts_at as starts_at,
        coalesce(dates.ends_at, sprints.ends_at) as ends_at,
        case when dates.is_configured then dates.starts_at else sprints.starts_at end
            as current_starts_at,
        case when dates.is_configured then dates.ends_at else sprints.ends_at end as current_ends_at
    from {{ staged('sprints') }} as sprints
    left join {{ ref('int_sprint_dates') }} as dates on sprints.sprint_id = dates.sprint_id
    left join {{ ref('int_project_teams') }} as teams on sprints.sprint_id = teams.project_id
    left join {{ staged('projects') }} as projects on sprints.project_id = projects.project_id
)

select * from final
