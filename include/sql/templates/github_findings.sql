-- sqlfluff:exclude_rules:layout.indent
{# What is wrong with GitHub's own answers, of issues and of pull requests alike. #}
{% set members = {
    'number': 'number', 'title': 'title', 'url': 'url', 'state': 'state', 'created': 'createdAt',
    'updated': 'updatedAt', 'closed': 'closedAt', 'repository': 'repository',
    'items': 'timelineItems', 'labels': 'labels', 'assignees': 'assignees',
} %}
{% set never_null = ['number', 'title', 'url', 'state', 'created', 'updated', 'repository'] %}
{% set lists = {'items': 'filteredCount', 'labels': 'totalCount', 'assignees': 'totalCount'} %}
{% set times = ['created', 'updated', 'closed'] %}

{# CTEs up to `answers`: a row per record and rule. `records` is a relation (record_id, payload),
   `events` its timeline, whose id is the column `id`. #}
{% macro github_findings(records, events, id) -%}
documents as (
    select
        record_id,
        {{ json_record('payload', members.values() | list) }} as document
    from {{ records }}
),

told as (
    select
        {% for column, name in members.items() -%}
        {{ json_field('document', name) }} as {{ column }},
        {% endfor -%}
        record_id
    from documents
),

came as (
    {% for name in lists -%}
    select
        told.record_id,
        '{{ name }}' as name,
        count(*) as nodes,
        sum(case when {{ json_part('node', []) }} = 'null' then 1 else 0 end) as null_nodes
    from told
    {{ join_json_items('told.' ~ name, ['nodes'], 'node') }}
    group by 1, 2
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select
        record_id,
        {% for name in lists -%}
        sum(case when name = '{{ name }}' then nodes - null_nodes else 0 end) as {{ name }}_came,
        {% endfor -%}
        sum(null_nodes) as null_nodes
    from came
    group by 1
),

judged as (
    select
        told.record_id as record_id,
        {% for name, total in lists.items() -%}
        {{ json_bigint('told.' ~ name, [total]) }} as {{ name }}_stated,
        coalesce(counted.{{ name }}_came, 0) as {{ name }}_came,
        {% endfor -%}
        {% for name in never_null -%}
        case when told.{{ name }} is null then 1 else 0 end + {% endfor -%}
        coalesce(counted.null_nodes, 0) as nulls,
        case
            {% for name in never_null -%}
            when told.{{ name }} is null then '{{ name }}'
            {% endfor -%}
            else 'an item of a list'
        end as first_null,
        {% for name in times -%}
        case
            when told.{{ name }} is not null and {{ iso_to_timestamp('told.' ~ name) }} is null
                then '{{ name }}: ' || told.{{ name }}
        end as odd_{{ name }}{{ "" if loop.last else ", " }}
        {% endfor -%}
    from told
    left join counted on told.record_id = counted.record_id
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
        cast(nulls as {{ type_text() }}) || ' values are null, though the schema says never, such as '
        || first_null as detail
    from judged
    where nulls > 0
    union all
    select
        record_id,
        'list_incomplete' as rule,
        {% for name in lists -%}
        '{{ name }}: ' || cast({{ name }}_came as {{ type_text() }}) || ' of '
        || cast(coalesce({{ name }}_stated, 0) as {{ type_text() }})
        {{- "" if loop.last else " || ', ' || " }}
        {% endfor -%}
        as detail
    from judged
    where
        {% for name in lists -%}
        {{ name }}_stated <> {{ name }}_came
        {{- "" if loop.last else " or " }}
        {% endfor -%}
    union all
    select
        record_id,
        'unreadable_value' as rule,
        'values cannot be read, such as ' || coalesce(odd_{{ times | join(', odd_') }}) as detail
    from judged
    where coalesce(odd_{{ times | join(', odd_') }}) is not null
)
{%- endmacro %}
