{# The groups that a batch replaces: those with new or old rows of its touched keys. #}
with final as (
    select {{ by | join(", ") }} from {{ ref(fact) }}
    union distinct
    select {{ by | join(", ") }} from {{ published(fact) }}
    where
        instance = {{ setting('instance') }}
        {% if not is_everything -%}
        and {{ entity }}_key in (select {{ entity }}_key from {{ ref('int_touched_' ~ entity) }})
        {%- endif %}
)

select * from final
