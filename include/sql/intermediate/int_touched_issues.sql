{# The issues that this batch rebuilds: those that it loaded, and those whose published rows copy
   something from a dimension row that differs now. #}
with dimension_changes as (
    select * from {{ ref('int_dimension_changes') }}
),

affected as (
    select intervals.issue_key
    from dimension_changes
    inner join {{ published('fct_issue_status_intervals') }} as intervals
        on dimension_changes.dimension_key = intervals.status_key
    where dimension_changes.dimension = 'status'
    union
    select issues.issue_key
    from dimension_changes
    inner join {{ published('fct_issues') }} as issues
        on dimension_changes.dimension_key = issues.status_key
    where dimension_changes.dimension = 'status'
    union
    select issue_projects.issue_key
    from dimension_changes
    inner join {{ published('ops_issue_projects') }} as issue_projects
        on dimension_changes.dimension_key = issue_projects.project_key
    where dimension_changes.dimension in ('project', 'board')
    union
    select intervals.issue_key
    from dimension_changes
    inner join {{ published('fct_issue_column_intervals') }} as intervals
        on dimension_changes.dimension_key = intervals.column_key
    where dimension_changes.dimension = 'column'
    union
    select issues.issue_key
    from dimension_changes
    cross join {{ published('fct_issues') }} as issues
    where
        dimension_changes.dimension = 'waiting'
        and issues.instance = {{ setting('instance') }}
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['issue_id']) }} as issue_key,
        issue_id
    from {{ loaded_issues() }}
    union
    -- The id out of the key: a look-up would read all published issues where few are affected.
    select
        issue_key,
        substring(issue_key, length({{ setting('instance') }}) + 2) as issue_id
    from affected
)

select * from final
