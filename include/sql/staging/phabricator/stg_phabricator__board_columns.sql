{# A column without a name of its own is the default column, or stands for a milestone. #}
with columns_found as (
    select * from {{ raw('columns') }}
),

final as (
    select
        record_id as column_id,
        {{ json_text('payload', ['fields', 'project', 'phid']) }} as board_id,
        coalesce({{ json_text('payload', ['fields', 'name']) }}, record_id) as name,
        {{ json_bigint('payload', ['fields', 'sequence']) }} as position,
        coalesce({{ json_boolean('payload', ['fields', 'isDefaultColumn']) }}, false) as is_default,
        coalesce({{ json_boolean('payload', ['fields', 'isHidden']) }}, false) as is_hidden,
        {{ json_text('payload', ['fields', 'proxyPHID']) }} as proxy_project_id
    from columns_found
)

select * from final
