{# Which issues a changed project or workboard touches. #}
with mentioned as (
    select
        issue_id,
        project_id
    from {{ staged('issue_projects') }}
    union distinct
    select
        issue_id,
        coalesce(new_value, old_value) as project_id
    from {{ staged('issue_changes') }}
    where field = 'project'
    union distinct
    select
        issue_id,
        board_id as project_id
    from {{ staged('issue_changes') }}
    where field = 'column'
    union distinct
    select
        issue_id,
        board_id as project_id
    from {{ ref('int_board_positions') }}
),

with_parents as (
    select
        issue_id,
        project_id
    from mentioned
    union distinct
    select
        mentioned.issue_id,
        projects.parent_project_id as project_id
    from mentioned
    inner join {{ ref('int_projects') }} as projects on mentioned.project_id = projects.project_id
    where projects.is_milestone and projects.parent_project_id is not null
),

final as (
    select
        filters.issue_key,
        {{ setting('instance') }} as instance,
        {{ surrogate_key(setting('instance'), ['with_parents.project_id']) }} as project_key
    from with_parents
    inner join {{ ref('int_issue_filters') }} as filters
        on with_parents.issue_id = filters.issue_id
)

select * from final
