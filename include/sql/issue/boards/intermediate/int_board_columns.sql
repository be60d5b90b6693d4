{# The columns that boards show. #}
with final as (
    select
        {{ surrogate_key(setting('instance'), ['column_id']) }} as column_key,
        column_id,
        board_id,
        {{ surrogate_key(setting('instance'), ['board_id']) }} as board_key,
        name,
        position,
        is_default,
        is_hidden,
        proxy_project_id,
        {{ surrogate_key(setting('instance'), ['proxy_project_id']) }} as proxy_project_key,
        true as is_known
    from {{ staged('board_columns') }}
    where not is_of_subproject
)

select * from final
