{# Columns that occur only in visits are newer than the snapshot, or on a hidden board. #}
with unlisted as (
    select
        mentioned.column_key as column_key,
        min(visits.board_key) as board_key
    from {{ mentioned('dim_board_columns') }} as mentioned
    inner join {{ ref('fct_issue_column_intervals') }} as visits
        on mentioned.column_key = visits.column_key
    left join {{ ref('int_board_columns') }} as known on mentioned.column_key = known.column_key
    where known.column_key is null
    group by mentioned.column_key
),

board_columns as (
    select
        column_key,
        column_id,
        board_key,
        name,
        position,
        is_default,
        is_hidden,
        proxy_project_key,
        is_known
    from {{ ref('int_board_columns') }}
    union all
    select
        column_key,
        substring(column_key, length({{ setting('instance') }}) + 2) as column_id,
        board_key,
        substring(column_key, length({{ setting('instance') }}) + 2) as name,
        cast(null as {{ type_bigint() }}) as position,
        false as is_default,
        false as is_hidden,
        cast(null as {{ type_text() }}) as proxy_project_key,
        false as is_known
    from unlisted
),

final as (
    select
        column_key,
        {{ setting('instance') }} as instance,
        column_id,
        board_key,
        name,
        position,
        is_default,
        is_hidden,
        proxy_project_key,
        is_known
    from board_columns
)

select * from final
