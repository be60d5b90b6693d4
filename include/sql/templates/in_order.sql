{# How changes at one instant follow each other's from and to, where the source's order contradicts
   them: as a trail through all of them; of several trails, the one that fits the changes before and
   after, then the one that keeps the source's order longest. Where there is none, and for more than
   twelve changes at an instant, the source's order stays. #}

{# CTEs up to `final`: all changes of instants whose order is contradictory. `steps` is a CTE of
   changes: issue_id, series (what changes), change_id, changed_at, event_order, old_value,
   new_value and current_value (null if unknown). #}
{% macro contradictory_instants(steps) -%}
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
        {{ lag('new_value') }} over history as value_before,
        coalesce({{ lead('old_value') }} over history, current_value) as value_after
    from known
    window
        instant as (
            partition by issue_id, series, changed_at order by event_order, change_id
        ),
        history as (partition by issue_id, series order by changed_at, event_order, change_id)
),

judged as (
    select
        *,
        max(case when place = 1 then change_id end) over one_instant as instant_id,
        max(case when place = 1 then value_before end) over one_instant as begins_with,
        max(case when place = instant_size then value_after end) over one_instant as leads_to,
        max(case when old_value <> value_before or new_value <> value_after then 1 else 0 end)
            over one_instant as is_contradictory
    from placed
    where instant_size between 2 and 12
    window one_instant as (partition by issue_id, series, changed_at)
),

-- A place is a code of two digits; of equal changes, each comes after its twin.
final as (
    select
        change_id,
        instant_id,
        place,
        cast(10 + place as {{ type_text() }}) as code,
        cast(10 + {{ lag('place') }} over (
            partition by issue_id, series, changed_at, old_value, new_value order by place
        ) as {{ type_text() }}) as twin_code,
        cast(instant_size as {{ type_bigint() }}) as instant_size,
        event_order,
        old_value,
        new_value,
        begins_with,
        leads_to
    from judged
    where is_contradictory = 1
)
{%- endmacro %}

{# CTEs up to `final`: the places in the source's order that these changes get. `ties` is a relation
   with the columns above. #}
{% macro order_of_trails(ties) -%}
trails as (
    select
        instant_id,
        instant_size,
        case when old_value = begins_with then 0 else 1 end as begins_elsewhere,
        new_value as reached,
        leads_to,
        '/' || code as path,
        cast(1 as {{ type_bigint() }}) as changes
    from {{ ties }}
    where twin_code is null
    union all
    select
        trails.instant_id as instant_id,
        trails.instant_size as instant_size,
        trails.begins_elsewhere as begins_elsewhere,
        ties.new_value as reached,
        trails.leads_to as leads_to,
        trails.path || '/' || ties.code as path,
        trails.changes + 1 as changes
    from trails
    inner join {{ ties }} as ties
        on trails.instant_id = ties.instant_id and trails.reached = ties.old_value
    where
        position(ties.code in trails.path) = 0
        and (ties.twin_code is null or position(ties.twin_code in trails.path) > 0)
),

ranked as (
    select
        instant_id,
        path,
        row_number() over (
            partition by instant_id
            order by begins_elsewhere, case when reached = leads_to then 0 else 1 end, path
        ) as choice
    from trails
    where changes = instant_size
),

final as (
    select
        ties.change_id as change_id,
        takes_place_of.event_order as event_order
    from ranked
    inner join {{ ties }} as ties on ranked.instant_id = ties.instant_id
    inner join {{ ties }} as takes_place_of
        on
            ranked.instant_id = takes_place_of.instant_id
            and position(ties.code in ranked.path) = 3 * takes_place_of.place - 1
    where ranked.choice = 1
)
{%- endmacro %}
