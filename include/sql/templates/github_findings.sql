{# What is wrong with GitHub's own answers, of issues and of pull requests alike: a row per record and
   rule. `records` is a relation (record_id, payload), `events` its timeline, whose id is `id`. #}
{% macro github_findings(records, events, id) -%}
told as (
    select
        records.record_id as record_id,
        {{ json_texts('records.payload', {
            'number': ['number'], 'title': ['title'], 'url': ['url'], 'state': ['state'],
            'created': ['createdAt'], 'updated': ['updatedAt'], 'closed': ['closedAt'],
            'repository': ['repository', 'id'], 'item_count': ['timelineItems', 'filteredCount'],
            'label_count': ['labels', 'totalCount'], 'assignee_count': ['assignees', 'totalCount'],
        }) }}
    from {{ records }} as records
),

came as (
    {% for member in ['timelineItems', 'labels', 'assignees'] -%}
    select
        records.record_id,
        '{{ member }}' as member,
        count(*) as nodes,
        sum(case when {{ json_part('node', []) }} = 'null' then 1 else 0 end) as null_nodes
    from {{ records }} as records
    {{ join_json_items('records.payload', [member, 'nodes'], 'node') }}
    group by 1, 2
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

unknown_kinds as (
    select
        {{ id }} as record_id,
        count(*) as items,
        min(kind) as kind
    from {{ events }}
    where not is_known_kind
    group by 1
),

missing as (
    {% for member in ['number', 'title', 'url', 'state', 'created', 'updated', 'repository'] -%}
    select
        record_id,
        '{{ member }}' as member
    from told
    where {{ member }} is null
    union all
    {% endfor -%}
    select
        record_id,
        'an item of ' || member as member
    from came
    where null_nodes > 0
),

short as (
    {% for member, column in {
        'timelineItems': 'item_count', 'labels': 'label_count', 'assignees': 'assignee_count',
    }.items() -%}
    select
        told.record_id as record_id,
        '{{ member }}' as member,
        {{ text_to_bigint('told.' ~ column) }} as stated,
        coalesce(came.nodes - came.null_nodes, 0) as received
    from told
    left join came on told.record_id = came.record_id and came.member = '{{ member }}'
    where {{ text_to_bigint('told.' ~ column) }} <> coalesce(came.nodes - came.null_nodes, 0)
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

unreadable as (
    {% for member in ['created', 'updated', 'closed'] -%}
    select
        record_id,
        '{{ member }}' as member,
        {{ member }} as given
    from told
    where {{ member }} is not null and {{ iso_to_timestamp(member) }} is null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

answers as (
    select
        record_id,
        'unknown_timeline_kind' as rule,
        cast(items as {{ type_text() }}) || ' items of the timeline are of kinds that are not known, '
        || 'such as ' || kind as detail
    from unknown_kinds
    union all
    select
        record_id,
        'null_against_schema' as rule,
        'null, though the schema says never: ' || min(member) || case
            when count(*) > 1 then ' and ' || cast(count(*) - 1 as {{ type_text() }}) || ' more'
            else ''
        end as detail
    from missing
    group by 1, 2
    union all
    select
        record_id,
        'list_incomplete' as rule,
        min(
            member || ': ' || cast(received as {{ type_text() }}) || ' of '
            || cast(stated as {{ type_text() }})
        ) as detail
    from short
    group by 1, 2
    union all
    select
        record_id,
        'unreadable_value' as rule,
        cast(count(*) as {{ type_text() }}) || ' values cannot be read, such as '
        || min(member || ': ' || given) as detail
    from unreadable
    group by 1, 2
)
{%- endmacro %}
