{# What an issue is under now, by the source's own answer. #}
{% from "templates/attribution.sql" import chosen, told_apart %}
with places as (
    select * from {{ staged('issue_projects') }}
),

{{ chosen('places', ['issue_id'], ref('int_projects'), ref('int_sprints')) }},

final as (
    select
        issues.issue_id as issue_id,
        main_projects.project_id as project_id,
        coalesce(main_projects.team, main_projects.project_id, '(no project)') as team,
        {{ told_apart('issues.issue_type') }} as issue_type,
        coalesce(levels.level, 'item') as level,
        current_sprints.sprint_id as sprint_id,
        current_sprints.sprint as sprint
    from {{ staged('issues') }} as issues
    left join main_projects
        on issues.issue_id = main_projects.issue_id and main_projects.choice = 1
    left join current_sprints
        on issues.issue_id = current_sprints.issue_id and current_sprints.choice = 1
    left join {{ settings_table('level') }} as levels on issues.issue_type = levels.issue_type
)

select * from final
