{# Changes of states, and moves, at instants whose ids contradict their from and to. #}
{% from "templates/in_order.sql" import contradictory_instants %}
with events as (
    select
        *,
        case when category = 'ProjectCategory' then 'project' else 'state:' || field_id end
            as series
    from {{ ref('stg_youtrack__events') }}
    where
        category = 'ProjectCategory'
        or (category = 'CustomFieldCategory' and substring(field_type, 1, 5) = 'state')
),

ends as (
    {% for side, direction in {'removed': -1, 'added': 1}.items() -%}
    select
        events.event_id,
        cast({{ direction }} as {{ type_bigint() }}) as direction,
        {{ json_text('item', ['id']) }} as value_id
    from events
    {{ join_json_items('events.' ~ side, [], 'item') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

changed as (
    select
        event_id,
        max(case when direction = -1 then value_id end) as old_value,
        max(case when direction = 1 then value_id end) as new_value
    from ends
    group by 1
),

current_values as (
    select
        issue_id,
        'state:' || field_id as series,
        value_id
    from {{ ref('stg_youtrack__custom_fields') }}
    union all
    select
        record_id as issue_id,
        'project' as series,
        {{ json_text('payload', ['project', 'id']) }} as value_id
    from {{ raw('issues') }}
),

steps as (
    select
        events.issue_id as issue_id,
        events.series as series,
        events.event_id as change_id,
        events.changed_at as changed_at,
        events.event_order as event_order,
        changed.old_value as old_value,
        changed.new_value as new_value,
        current_values.value_id as current_value
    from events
    inner join changed on events.event_id = changed.event_id
    left join current_values
        on events.issue_id = current_values.issue_id and events.series = current_values.series
),

{{ contradictory_instants('steps') }}

select * from final
