{# CTEs up to `final`: changes at one instant whose order by the source contradicts what they left
   and led to, with the place in the order that they get. They follow each other's from and to, as
   a trail through all of them; of several trails, the one that fits the changes before and after,
   then the one that keeps the source's order longest. Where there is none, and for more than
   twelve changes at an instant, the source's order stays.
   `steps` is a CTE of changes: issue_id, series (what changes), change_id, changed_at,
   event_order, old_value, new_value and current_value (null if unknown). #}
{% macro changes_in_order(steps) -%}
known as (
    select
        issue_id,
        series,
        changed_at,
        change_id,
        event_order,
        cast(coalesce(old_value, '') as {{ type_text() }}) as old_value,
        cast(coalesce(new_value, '') as {{ type_text() }}) as new_value,
        current_value
    from {{ steps }}
),

placed as (
    select
        *,
        cast(row_number() over instant as {{ type_bigint() }}) as place,
        count(*) over (partition by issue_id, series, changed_at) as instant_size,
        lag(new_value) over history as value_before,
        coalesce(lead(old_value) over history, current_value) as value_after
    from known
    window
        instant as (
            partition by issue_id, series, changed_at order by event_order, change_id
        ),
        history as (partition by issue_id, series order by changed_at, event_order, change_id)
),

instants as (
    select
        issue_id,
        series,
        changed_at,
        cast(max(instant_size) as {{ type_bigint() }}) as instant_size,
        max(case when place = 1 then value_before end) as value_before,
        max(case when place = instant_size then value_after end) as value_after
    from placed
    where instant_size between 2 and 12
    group by 1, 2, 3
    having max(case when old_value <> value_before or new_value <> value_after then 1 else 0 end) = 1
),

-- A place has two digits; of equal changes, each comes after its twin.
ties as (
    select
        placed.issue_id as issue_id,
        placed.series as series,
        placed.changed_at as changed_at,
        placed.change_id as change_id,
        placed.event_order as event_order,
        placed.old_value as old_value,
        placed.new_value as new_value,
        placed.place as place,
        cast(10 + placed.place as {{ type_text() }}) as code,
        cast(10 + lag(placed.place) over (
            partition by
                placed.issue_id,
                placed.series,
                placed.changed_at,
                placed.old_value,
                placed.new_value
            order by placed.place
        ) as {{ type_text() }}) as twin_code,
        instants.instant_size as instant_size,
        instants.value_before as value_before,
        instants.value_after as value_after
    from placed
    inner join instants
        on
            placed.issue_id = instants.issue_id
            and placed.series = instants.series
            and placed.changed_at = instants.changed_at
),

trails as (
    select
        issue_id,
        series,
        changed_at,
        old_value as begins_with,
        new_value as leads_to,
        '/' || code as path,
        cast(1 as {{ type_bigint() }}) as changes
    from ties
    where twin_code is null
    union all
    select
        trails.issue_id as issue_id,
        trails.series as series,
        trails.changed_at as changed_at,
        trails.begins_with as begins_with,
        ties.new_value as leads_to,
        trails.path || '/' || ties.code as path,
        trails.changes + 1 as changes
    from trails
    inner join ties
        on
            trails.issue_id = ties.issue_id
            and trails.series = ties.series
            and trails.changed_at = ties.changed_at
            and trails.leads_to = ties.old_value
    where
        position(ties.code in trails.path) = 0
        and (ties.twin_code is null or position(ties.twin_code in trails.path) > 0)
),

ranked as (
    select
        trails.issue_id as issue_id,
        trails.series as series,
        trails.changed_at as changed_at,
        trails.path as path,
        row_number() over (
            partition by trails.issue_id, trails.series, trails.changed_at
            order by
                case when trails.begins_with = instants.value_before then 0 else 1 end,
                case when trails.leads_to = instants.value_after then 0 else 1 end,
                trails.path
        ) as choice
    from trails
    inner join instants
        on
            trails.issue_id = instants.issue_id
            and trails.series = instants.series
            and trails.changed_at = instants.changed_at
            and trails.changes = instants.instant_size
),

final as (
    select
        ties.change_id as change_id,
        takes_place_of.event_order as event_order
    from ranked
    inner join ties
        on
            ranked.issue_id = ties.issue_id
            and ranked.series = ties.series
            and ranked.changed_at = ties.changed_at
    inner join ties as takes_place_of
        on
            ranked.issue_id = takes_place_of.issue_id
            and ranked.series = takes_place_of.series
            and ranked.changed_at = takes_place_of.changed_at
            and position(ties.code in ranked.path) = 3 * takes_place_of.place - 1
    where ranked.choice = 1
)
{%- endmacro %}
