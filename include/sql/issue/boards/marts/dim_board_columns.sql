{# Columns that only moves mention are younger than the snapshot, or on an invisible board. #}
with mentioned as (
    select
        column_id,
        board_id
    from {{ ref('int_board_positions') }}
    where column_id is not null
    union distinct
    select
        new_value,
        board_id
    from {{ staged('issue_changes') }}
    where field = 'column'
    union distinct
    select
        old_value,
        board_id
    from {{ staged('issue_changes') }}
    where field = 'column' and old_value is not null
),

board_columns as (
    select
        column_id,
        board_id,
        name,
        position,
        is_default,
        is_hidden,
        proxy_project_id
    from {{ staged('board_columns') }}
    union all
    select
        mentioned.column_id,
        mentioned.board_id,
        mentioned.column_id as name,
        cast(null as {{ type_bigint() }}) as position,
        false as is_default,
        false as is_hidden,
        cast(null as {{ type_text() }}) as proxy_project_id
    from mentioned
    left join {{ staged('board_columns') }} as known on mentioned.column_id = known.column_id
    where known.column_id is null
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['column_id']) }} as column_key,
        {{ setting('instance') }} as instance,
        column_id,
        {{ surrogate_key(setting('instance'), ['board_id']) }} as board_key,
        name,
        position,
        is_default,
        is_hidden,
        {{ surrogate_key(setting('instance'), ['proxy_project_id']) }} as proxy_project_key
    from board_columns
)

select * from final
