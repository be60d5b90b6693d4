{# Rows of dimensions that facts copy from and that are published otherwise: those that came,
   changed or are gone. A rule is one entry of a contract's `copied_into_facts`; one without columns is about
   rows that are gone only. Of records that others copy from, the loaded ones are compared. #}
{% macro is_loaded(entity) -%}
{{ entity }}_key in (
    select {{ surrogate_key(setting('instance'), ['record_id']) }} from {{ loaded(entity) }}
)
{%- endmacro %}

with final as (
    {% for rule in rules %}
    select
        cast({{ rule.number }} as {{ type_bigint() }}) as rule,
        cast({{ rule.key }} as {{ type_text() }}) as dimension_key
    from (
        select
            {{ rule.columns | join(", ") }},
            1 as side
        from {{ ref(rule.compared) }}
        where {{ rule.where }}
        union all
        select
            {{ rule.columns | join(", ") }},
            -1 as side
        from {{ published(rule.dimension) }}
        where
            instance = {{ setting('instance') }}
            and {{ rule.where }}
            and {{ is_loaded(rule.loaded) if rule.loaded else "1 = 1" }}
    ) as both_sides
    where {{ rule.key }} is not null
    group by {{ rule.columns | join(", ") }}
    having sum(side) {{ "<>" if rule.is_copied else "<" }} 0
    union distinct
    {% endfor %}
    select
        cast(0 as {{ type_bigint() }}) as rule,
        cast(null as {{ type_text() }}) as dimension_key
    where 1 = 0
)

select * from final
