with board_items as (
    select
        issues.issue_id,
        {{ json_texts('item', {
            'board_id': ['project', 'id'], 'option_id': ['status', 'optionId'],
        }) }}
    from {{ ref('stg_github__issue_members') }} as issues
    {{ join_json_items('issues.board_items', [], 'item') }}
),

final as (
    select distinct
        issue_id,
        'board:' || board_id as board_id,
        'board:' || board_id || ':' || coalesce(option_id, '') as column_id
    from board_items
    where board_id is not null
)

select * from final
