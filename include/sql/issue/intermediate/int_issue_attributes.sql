{# What an issue counted under when. While its history tells no type, that is `default`. #}
{% from "templates/attribution.sql" import chosen, told_apart %}
with stays as (
    select * from {{ ref('int_project_stays') }}
),

field_values as (
    select * from {{ ref('int_issue_values') }}
    where field in ('issue_type', 'priority', 'estimate')
),

boundaries as (
    select
        issue_id,
        begins_at
    from field_values
    union distinct
    select
        issue_id,
        begins_at
    from stays
    union distinct
    select
        issue_id,
        ends_at as begins_at
    from stays
    where ends_at is not null
),

segments as (
    select
        issue_id,
        begins_at,
        {{ lead('begins_at') }} over (partition by issue_id order by begins_at) as ends_at
    from boundaries
),

places as (
    select
        segments.issue_id as issue_id,
        segments.begins_at as begins_at,
        stays.project_id as project_id
    from segments
    inner join stays on segments.issue_id = stays.issue_id
    where
        stays.begins_at <= segments.begins_at
        and (stays.ends_at is null or stays.ends_at > segments.begins_at)
),

{{ chosen('places', ['issue_id', 'begins_at'], ref('int_projects'), ref('int_sprints')) }},

told as (
    select
        segments.issue_id as issue_id,
        segments.begins_at as begins_at,
        max(case when field_values.field = 'issue_type' then field_values.value end) as issue_type,
        max(case when field_values.field = 'priority' then field_values.value end) as priority,
        max(case when field_values.field = 'estimate' then field_values.value end) as estimate
    from segments
    inner join field_values on segments.issue_id = field_values.issue_id
    where
        field_values.begins_at <= segments.begins_at
        and (field_values.ends_at is null or field_values.ends_at > segments.begins_at)
    group by 1, 2
),

final as (
    select
        segments.issue_id as issue_id,
        segments.begins_at as begins_at,
        segments.ends_at as ends_at,
        main_projects.project_id as project_id,
        coalesce(main_projects.team, main_projects.project_id, '(no project)') as team,
        {{ told_apart('coalesce(told.issue_type, 'default')') }} as issue_type,
        coalesce(levels.level, 'item') as level,
        current_sprints.sprint_id as sprint_id,
        current_sprints.sprint as sprint,
        told.priority as priority,
        {{ text_to_double('told.estimate') }} as estimate
    from segments
    inner join told
        on segments.issue_id = told.issue_id and segments.begins_at = told.begins_at
    left join main_projects
        on
            segments.issue_id = main_projects.issue_id
            and segments.begins_at = main_projects.begins_at
            and main_projects.choice = 1
    left join current_sprints
        on
            segments.issue_id = current_sprints.issue_id
            and segments.begins_at = current_sprints.begins_at
            and current_sprints.choice = 1
    left join {{ settings_table('level') }} as levels
        on coalesce(told.issue_type, 'default') = levels.issue_type
)

select * from final
