-- sqlfluff:exclude_rules:layout.indent
{# What issues are sub-tasks of now: a parent is there if the last change that names it adds it. #}

{# CTEs `sides`, `numbered` and `parents`, which has the parents that are there, with `changed_at`
   and `event_order` of the last change. `changes` is a relation of changes, `keys` its columns to
   carry along, the last of which identifies an issue, and `change` the column of a change's id. #}
{% macro current_parents(changes, keys, change) -%}
sides as (
    {% for value, is_there in {'old_value': 0, 'new_value': 1}.items() -%}
    select
        {{ keys | join(", ") }},
        {{ change }},
        changed_at,
        event_order,
        {{ value }} as parent_id,
        {{ is_there }} as is_there
    from {{ changes }}
    where field in ('parent', 'subtask:inward', 'link:subtask of') and {{ value }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

numbered as (
    select
        *,
        row_number() over (
            partition by {{ keys | last }}, parent_id
            order by changed_at desc, event_order desc, is_there desc, {{ change }} desc
        ) as choice
    from sides
),

parents as (
    select
        {{ keys | join(", ") }},
        parent_id,
        changed_at,
        event_order
    from numbered
    where choice = 1 and is_there = 1
)
{%- endmacro %}
