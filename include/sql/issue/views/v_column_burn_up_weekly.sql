{# What was in each column of a board at the end of each week, from the board's first week on to the
   one that is known last. #}
{% from "templates/known_weeks.sql" import last_weeks %}
with visits as (
    select
        instance,
        board_key,
        board_name,
        column_key,
        column_name,
        entered_at,
        left_at
    from {{ published('fct_issue_column_intervals') }}
),

steps as (
    select
        instance,
        board_key,
        column_key,
        {{ week_of('entered_at', setting('reporting_timezone')) }} as step_on,
        1 as change
    from visits
    union all
    select
        instance,
        board_key,
        column_key,
        {{ week_of('left_at', setting('reporting_timezone')) }} as step_on,
        -1 as change
    from visits
    where left_at is not null
),

sums as (
    select
        board_key,
        column_key,
        step_on,
        sum(change) as change_of_week
    from steps
    group by board_key, column_key, step_on
),

{{ last_weeks('steps', published('v_as_of')) }},

boards as (
    select
        board_key,
        min(step_on) as first_on
    from steps
    group by board_key
),

board_columns as (
    select
        visits.instance as instance,
        visits.board_key as board_key,
        visits.column_key as column_key,
        max(visits.board_name) as board_name,
        max(visits.column_name) as column_name,
        max(boards.first_on) as first_on,
        max(ends.last_on) as last_on
    from visits
    inner join boards on visits.board_key = boards.board_key
    inner join ends on visits.instance = ends.instance
    group by visits.instance, visits.board_key, visits.column_key
),

weeks as (
    select
        instance,
        board_key,
        board_name,
        column_key,
        column_name,
        {{ dates_between('week', 'first_on', 'last_on') }} as week_on
    from board_columns
),

final as (
    select
        weeks.instance as instance,
        weeks.board_key as board_key,
        weeks.board_name as board_name,
        weeks.column_key as column_key,
        weeks.column_name as column_name,
        weeks.week_on as week_on,
        cast(
            sum(coalesce(sums.change_of_week, 0)) over (
                partition by weeks.board_key, weeks.column_key
                order by weeks.week_on rows between unbounded preceding and current row
            ) as {{ type_bigint() }}
        ) as issues
    from weeks
    left join sums
        on
            weeks.board_key = sums.board_key
            and weeks.column_key = sums.column_key
            and weeks.week_on = sums.step_on
)

select * from final
