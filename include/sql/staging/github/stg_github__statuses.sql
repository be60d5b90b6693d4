{# GitHub's own states, and what an instance takes for statuses besides. #}
with own as (
    {% for id, name, outcome in [
        ('open', 'Open', none), ('closed:completed', 'Closed as completed', 'delivered'),
        ('closed:not_planned', 'Closed as not planned', 'discarded'),
        ('closed:duplicate', 'Closed as duplicate', 'discarded'),
        ('closed:discussion', 'Converted to a discussion', 'discarded'),
        ('transferred', 'Transferred', 'discarded'),
    ] -%}
    select
        '{{ id }}' as status_id,
        '{{ name }}' as name,
        {{ "cast(null as " ~ type_text() ~ ")" if outcome is none else text_literal(outcome) }}
            as outcome
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        status_id,
        name,
        cast(null as {{ type_text() }}) as slug,
        case when outcome is not null then 'done' end as category,
        false as is_waiting,
        outcome,
        outcome is not null as is_closed
    from own
    union all
    select distinct
        'label:' || value as status_id,
        value as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as category,
        false as is_waiting,
        cast(null as {{ type_text() }}) as outcome,
        false as is_closed
    from {{ settings_table('option') }}
    where name = 'status_labels'
    union all
    select
        'board:' || options.option_id as status_id,
        options.name as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as category,
        false as is_waiting,
        cast(null as {{ type_text() }}) as outcome,
        false as is_closed
    from {{ ref('stg_github__board_options') }} as options
    inner join {{ ref('stg_github__status_board') }} as board
        on options.board_id = board.board_id
    where options.is_current_name
)

select * from final
