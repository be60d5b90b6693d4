-- sqlfluff:exclude_rules:layout.indent
{# The week up to which an instance is known. #}

{# A CTE `ends` (instance, last_on): the last week of `steps` (instance, step_on), or the one in
   which the last day lies that is known, if that is later. #}
{% macro last_weeks(steps, as_of) -%}
ends as (
    select
        instance,
        max(last_on) as last_on
    from (
        select
            instance,
            cast(step_on as {{ type_date() }}) as last_on
        from {{ steps }}
        union all
        select
            instance,
            cast({{ first_of('week', 'as_of_on - 1') }} as {{ type_date() }}) as last_on
        from {{ as_of }}
    ) as known
    group by instance
)
{%- endmacro %}
