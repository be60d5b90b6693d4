{# Fields with values of another type than the configuration gives them; their column is null. #}
with issues as (
    select
        issue_id,
        custom_fields
    from {{ staged('issues') }}
),

misfits as (
    {% for field in fields %}
    select
        issue_id,
        '{{ field.column }}' as field_column,
        {{ field.given }} || ' is no {{ field.type }}' as detail
    from issues
    where {{ field.given }} is not null and {{ field.value }} is null
    union all
    {% endfor %}
    select
        issue_id,
        cast(null as {{ type_text() }}) as field_column,
        cast(null as {{ type_text() }}) as detail
    from issues
    where 1 = 0
),

final as (
    select
        issue_id,
        'field_of_another_type' as rule,
        field_column as subject_id,
        field_column || ': ' || detail as detail
    from misfits
)

select * from final
