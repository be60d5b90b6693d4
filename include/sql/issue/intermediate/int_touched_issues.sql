{# The issues that this batch rebuilds: those that it loaded, and those whose published rows copy
   something from a dimension row that differs now. #}
with dimension_changes as (
    select * from {{ ref('int_dimension_changes') }}
),

-- By sub-select: a join would read all published rows where few keys, or none, have changed.
affected as (
    select issue_key from {{ published('fct_issue_status_intervals') }}
    where
        status_key in (
            select dimension_key from dimension_changes
            where dimension = 'status'
        )
    union distinct
    select issue_key from {{ published('fct_issues') }}
    where
        status_key in (
            select dimension_key from dimension_changes
            where dimension = 'status'
        )
    union distinct
    select issue_key from {{ published('ops_issue_projects') }}
    where
        project_key in (
            select dimension_key from dimension_changes
            where dimension in ('project', 'board')
        )
    union distinct
    select issue_key from {{ published('fct_issue_column_intervals') }}
    where
        column_key in (
            select dimension_key from dimension_changes
            where dimension = 'column'
        )
    union distinct
    select issue_key from {{ published('fct_issues') }}
    where
        instance = {{ setting('instance') }}
        and (
            select count(*) from dimension_changes
            where dimension = 'waiting'
        ) > 0
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['issue_id']) }} as issue_key,
        issue_id
    from {{ loaded_issues() }}
    union distinct
    -- The id out of the key: a look-up would read all published issues where few are affected.
    select
        issue_key,
        substring(issue_key, length({{ setting('instance') }}) + 2) as issue_id
    from affected
)

select * from final
