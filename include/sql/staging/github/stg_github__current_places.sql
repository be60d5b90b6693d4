{# Where open issues are now: which labels that are statuses they have, and their Status on the
   board that is. #}
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
    select
        labels.issue_id as issue_id,
        'label:' || labels.name as place
    from {{ ref('stg_github__issue_labels') }} as labels
    inner join {{ settings_table('option') }} as options
        on labels.name = options.value and options.name = 'status_labels'
    union distinct
    select
        board_items.issue_id as issue_id,
        'board:' || board_items.option_id as place
    from board_items
    inner join {{ ref('stg_github__status_board') }} as board
        on board_items.board_id = board.board_id
    where board_items.option_id is not null
)

select * from final
