-- sqlfluff:exclude_rules:layout.indent
{# Which of the projects and sprints that an issue is in counts. #}

{# A name of the source, in quotes if views call a total or what has no project so. #}
{% macro told_apart(name) -%}
case
            when {{ name }} in ('(all)', '(no project)', '(no issues)')
                then '''' || {{ name }} || ''''
            else {{ name }}
        end
{%- endmacro %}

{# CTEs `main_projects` and `current_sprints`, whose first choice counts: the project with the
   lowest number, sprints replaced by their projects, and the sprint with the highest rank. `places`
   is a relation of projects and sprints (project_id), `keys` the columns that identify an issue, or
   an issue at a time. #}
{% macro chosen(places, keys, projects, sprints) -%}
{%- set key_columns = "places." ~ keys | join(", places.") %}
main_projects as (
    select
        {% for key in keys -%}
        places.{{ key }} as {{ key }},
        {% endfor -%}
        coalesce(sprints.project_id, places.project_id) as project_id,
        projects.team as team,
        row_number() over (
            partition by {{ key_columns }}
            order by
                case when projects.project_number is null then 1 else 0 end,
                projects.project_number,
                coalesce(sprints.project_id, places.project_id)
        ) as choice
    from {{ places }} as places
    left join {{ sprints }} as sprints on places.project_id = sprints.sprint_id
    left join {{ projects }} as projects
        on coalesce(sprints.project_id, places.project_id) = projects.project_id
    where sprints.sprint_id is null or sprints.project_id is not null
),

current_sprints as (
    select
        {% for key in keys -%}
        places.{{ key }} as {{ key }},
        {% endfor -%}
        sprints.sprint_id as sprint_id,
        sprints.name as sprint,
        row_number() over (
            partition by {{ key_columns }}
            order by
                coalesce(sprints.sprint_rank, 0) desc,
                length(sprints.sprint_id) desc,
                sprints.sprint_id desc
        ) as choice
    from {{ places }} as places
    inner join {{ sprints }} as sprints on places.project_id = sprints.sprint_id
)
{%- endmacro %}
