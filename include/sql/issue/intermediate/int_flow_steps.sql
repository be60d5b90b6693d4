{# When issues entered and left a category, a team, a type or a level; the same for their high-water
   mark. #}
with followed as (
    select
        issue_id,
        begins_at,
        category,
        high_water,
        team,
        issue_type,
        level,
        {% for name in ['category', 'high_water', 'team', 'issue_type', 'level'] -%}
        {{ lag(name) }} over in_order as previous_{{ name }},
        {{ lead(name) }} over in_order as next_{{ name }},
        {% endfor -%}
        ends_at
    from {{ ref('int_flow_states') }}
    window in_order as (partition by issue_id order by begins_at)
),

final as (
    {% for kind, column in {'': 'category', 'high_water_': 'high_water'}.items() -%}
    select
        issue_id,
        begins_at as happened_at,
        {{ column }} as category,
        team,
        issue_type,
        level,
        '{{ kind }}entered' as step
    from followed
    where
        previous_team is null
        or previous_{{ column }} <> {{ column }}
        or previous_team <> team
        or previous_issue_type <> issue_type
        or previous_level <> level
    union all
    select
        issue_id,
        ends_at as happened_at,
        {{ column }} as category,
        team,
        issue_type,
        level,
        '{{ kind }}exited' as step
    from followed
    where
        next_{{ column }} <> {{ column }}
        or next_team <> team
        or next_issue_type <> issue_type
        or next_level <> level
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select * from final
