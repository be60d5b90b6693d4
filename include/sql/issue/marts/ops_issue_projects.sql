{# Which issues a changed project, sprint or workboard touches. #}
with mentioned as (
    select
        issue_id,
        project_id,
        1 as is_current
    from {{ staged('issue_projects') }}
    union all
    select
        issue_id,
        coalesce(new_value, old_value) as project_id,
        0 as is_current
    from {{ staged('issue_changes') }}
    where field = 'project'
    {% if has_part('boards') -%}
    union all
    select
        issue_id,
        board_id as project_id,
        0 as is_current
    from {{ staged('column_moves') }}
    union all
    select
        issue_id,
        board_id as project_id,
        0 as is_current
    from {{ ref('int_board_positions') }}
    {%- endif %}
),

with_parents as (
    select
        issue_id,
        project_id,
        is_current
    from mentioned
    union all
    select
        mentioned.issue_id as issue_id,
        sprints.project_id as project_id,
        mentioned.is_current as is_current
    from mentioned
    inner join {{ ref('int_sprints') }} as sprints on mentioned.project_id = sprints.sprint_id
    where sprints.project_id is not null
),

final as (
    select
        filters.issue_key,
        {{ setting('instance') }} as instance,
        {{ surrogate_key(setting('instance'), ['with_parents.project_id']) }} as project_key,
        max(with_parents.is_current) = 1 as is_current
    from with_parents
    inner join {{ ref('int_issue_filters') }} as filters
        on with_parents.issue_id = filters.issue_id
    group by 1, 2, 3
)

select * from final
