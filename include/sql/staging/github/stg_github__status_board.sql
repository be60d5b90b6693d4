{# The board whose Status is the status of issues, if the instance names one. #}
with members as (
    select
        record_id as board_id,
        {{ json_texts('payload', {'number': ['number'], 'title': ['title']}) }}
    from {{ raw('boards') }}
),

names as (
    select
        board_id,
        number as board_ref
    from members
    union distinct
    select
        board_id,
        title as board_ref
    from members
),

final as (
    select min(names.board_id) as board_id
    from names
    inner join {{ settings_table('option') }} as options
        on names.board_ref = options.value and options.name = 'status_from_board'
    having count(*) > 0
)

select * from final
