{# The issues of one instance, with the fields that its configuration names as columns. The other
   columns are those of the published table, whichever these are: hence `*` and no AM04. #}
with issues as (
    select * from {{ published('fct_issues') }}
    where instance = {{ setting('instance') }}
),

final as (
    select
        {% for field in fields %}
        {{ field.value }} as {{ field.column }},
        {% endfor %}
        *
    from issues
)

select * from final -- noqa: AM04
