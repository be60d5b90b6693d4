{# Where a project's issues are on a workboard: on its own in whatever column; on that of its parent
   in the column that stands for it, if it is a milestone; on those of all others above it in none. #}
with boards as (
    select distinct board_id from {{ ref('int_board_columns') }}
),

proxies as (
    select
        proxy_project_id as project_id,
        board_id,
        min(column_id) as column_id
    from {{ ref('int_board_columns') }}
    where proxy_project_id is not null
    group by 1, 2
),

final as (
    select
        board_id as project_id,
        board_id,
        true as is_own,
        cast(null as {{ type_text() }}) as column_id
    from boards
    union all
    select
        project_id,
        board_id,
        false as is_own,
        column_id
    from proxies
    union all
    select
        ancestors.project_id as project_id,
        ancestors.ancestor_id as board_id,
        false as is_own,
        cast(null as {{ type_text() }}) as column_id
    from {{ staged('project_ancestors') }} as ancestors
    inner join boards on ancestors.ancestor_id = boards.board_id
    left join proxies
        on
            ancestors.project_id = proxies.project_id
            and ancestors.ancestor_id = proxies.board_id
    where proxies.column_id is null
)

select * from final
