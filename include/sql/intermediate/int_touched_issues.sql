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
    select issues.issue_key
    from dimension_changes
    inner join {{ published('fct_issues') }} as issues
        on dimension_changes.dimension_key = issues.project_key
    where dimension_changes.dimension in ('project', 'board')
    union
    select changes.issue_key
    from dimension_changes
    inner join {{ published('fct_issue_changes') }} as changes
        on dimension_changes.dimension_id = changes.new_value
    where
        dimension_changes.dimension in ('project', 'board')
        and changes.instance = {{ setting('instance') }}
        and changes.field = 'project'
    union
    select changes.issue_key
    from dimension_changes
    inner join {{ published('fct_issue_changes') }} as changes
        on dimension_changes.dimension_id = changes.old_value
    where
        dimension_changes.dimension in ('project', 'board')
        and changes.instance = {{ setting('instance') }}
        and changes.field = 'project'
    union
    select intervals.issue_key
    from dimension_changes
    inner join {{ published('fct_issue_column_intervals') }} as intervals
        on dimension_changes.dimension_key = intervals.column_key
    where dimension_changes.dimension = 'column'
    union
    select intervals.issue_key
    from dimension_changes
    inner join {{ published('fct_issue_column_intervals') }} as intervals
        on dimension_changes.dimension_key = intervals.board_key
    where dimension_changes.dimension in ('project', 'board')
    union
    select issues.issue_key
    from dimension_changes
    inner join {{ published('fct_issues') }} as issues
        on dimension_changes.dimension = 'waiting'
    where issues.instance = {{ setting('instance') }}
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['issue_id']) }} as issue_key,
        issue_id
    from {{ loaded_issues() }}
    union
    select
        issues.issue_key,
        issues.issue_id
    from affected
    inner join {{ published('fct_issues') }} as issues on affected.issue_key = issues.issue_key
)

select * from final
