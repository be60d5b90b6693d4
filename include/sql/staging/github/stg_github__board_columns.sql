{# The options of the boards' Status, and the column of items that have none. #}
with current_options as (
    select * from {{ ref('stg_github__board_options') }}
    where is_current_name
),

final as (
    select
        'board:' || board_id || ':' || option_id as column_id,
        'board:' || board_id as board_id,
        name,
        place as position,
        false as is_default,
        false as is_hidden,
        cast(null as {{ type_text() }}) as proxy_project_id,
        false as is_of_subproject
    from current_options
    where board_id in (select record_id from {{ raw('boards') }})
    union all
    select
        'board:' || record_id || ':' as column_id,
        'board:' || record_id as board_id,
        'No Status' as name,
        cast(0 as {{ type_bigint() }}) as position,
        true as is_default,
        false as is_hidden,
        cast(null as {{ type_text() }}) as proxy_project_id,
        false as is_of_subproject
    from {{ raw('boards') }}
)

select * from final
