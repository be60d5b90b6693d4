{# Rows of dimensions that facts copy from and that are published otherwise: those that came, changed
   or are gone. A rule is one entry of a contract's `copied_into_facts`; one without columns is about
   rows that are gone only. #}
{% macro rows_of(relation, rule, condition) -%}
    select distinct {{ rule.columns | join(", ") }}
    from {{ relation }}
    where {{ condition }} and {{ rule.where }}
{%- endmacro %}

{% macro differing(rule) -%}
    {% set now = rows_of(ref(rule.compared), rule, "1 = 1") -%}
    {% set then = rows_of(published(rule.dimension), rule, "instance = " ~ setting("instance")) -%}
    {% if rule.is_copied -%}
    select * from ({{ now }} except {{ then }}) as came
    union all
    {% endif -%}
    select * from ({{ then }} except {{ now }}) as gone
{%- endmacro %}

with final as (
    {% for rule in rules %}
    select distinct
        cast({{ rule.number }} as {{ type_bigint() }}) as rule,
        cast({{ rule.key }} as {{ type_text() }}) as dimension_key
    from ({{ differing(rule) }}) as differing
    where {{ rule.key }} is not null
    union all
    {% endfor %}
    select
        cast(0 as {{ type_bigint() }}) as rule,
        cast(null as {{ type_text() }}) as dimension_key
    where 1 = 0
)

select * from final
