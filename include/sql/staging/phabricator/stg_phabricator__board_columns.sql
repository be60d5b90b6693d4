{# A column without a name of its own is the default column, or stands for a milestone or a
   subproject; boards do not show those of subprojects. #}
with columns_found as (
    select
        record_id as column_id,
        payload,
        {{ json_text('payload', ['fields', 'proxyPHID']) }} as proxy_project_id
    from {{ raw('columns') }}
),

final as (
    select
        columns_found.column_id as column_id,
        {{ json_text('columns_found.payload', ['fields', 'project', 'phid']) }} as board_id,
        coalesce(
            {{ json_text('columns_found.payload', ['fields', 'name']) }}, columns_found.column_id
        ) as name,
        {{ json_bigint('columns_found.payload', ['fields', 'sequence']) }} as position,
        coalesce(
            {{ json_boolean('columns_found.payload', ['fields', 'isDefaultColumn']) }}, false
        ) as is_default,
        coalesce(
            {{ json_boolean('columns_found.payload', ['fields', 'isHidden']) }}, false
        ) as is_hidden,
        columns_found.proxy_project_id as proxy_project_id,
        subprojects.project_id is not null as is_of_subproject
    from columns_found
    left join {{ ref('stg_phabricator__projects') }} as subprojects
        on columns_found.proxy_project_id = subprojects.project_id
)

select * from final
