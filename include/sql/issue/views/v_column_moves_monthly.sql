{# Moves between the columns of boards by month; summed over months, the links of a Sankey diagram.
   `(none)` stands for before an issue came to the board, and after it left. #}
with visits as (
    select
        instance,
        board_key,
        board_name,
        column_key,
        column_name,
        entered_at,
        left_at,
        {% for name in ['column_key', 'column_name', 'left_at'] -%}
        {{ lag(name) }} over in_order as last_{{ name }},
        {% endfor -%}
        {{ lead('entered_at') }} over in_order as next_entered_at
    from {{ published('fct_issue_column_intervals') }}
    window in_order as (partition by issue_key, board_key order by sequence)
),

moves as (
    select
        instance,
        board_key,
        board_name,
        entered_at as moved_at,
        case when last_left_at = entered_at then last_column_key end as from_key,
        case when last_left_at = entered_at then last_column_name end as from_name,
        column_key as to_key,
        column_name as to_name
    from visits
    union all
    select
        instance,
        board_key,
        board_name,
        left_at as moved_at,
        column_key as from_key,
        column_name as from_name,
        cast(null as {{ type_text() }}) as to_key,
        cast(null as {{ type_text() }}) as to_name
    from visits
    where left_at is not null and (next_entered_at is null or next_entered_at > left_at)
),

final as (
    select
        instance,
        board_key,
        board_name,
        cast(
            {{ first_of('month', day_of('moved_at', setting('reporting_timezone'))) }}
            as {{ type_date() }}
        ) as month_on,
        coalesce(from_key, '(none)') as from_column_key,
        coalesce(from_name, '(none)') as from_column,
        coalesce(to_key, '(none)') as to_column_key,
        coalesce(to_name, '(none)') as to_column,
        cast(count(*) as {{ type_bigint() }}) as moves
    from moves
    group by 1, 2, 3, 4, 5, 6, 7, 8
)

select * from final
