{# The board whose Status is the status of issues, if the instance names one. #}
with members as (
    select
        record_id as board_id,
        {{ json_texts('payload', {'number': ['number'], 'title': ['title']}) }}
    from {{ raw('boards') }}
),

final as (
    select min(members.board_id) as board_id
    from members
    inner join {{ settings_table('option') }} as options
        on options.name = 'status_from_board' and options.value in (members.number, members.title)
    having count(*) > 0
)

select * from final
