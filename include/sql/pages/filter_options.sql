-- What each filter may be set to.
with

final as (
    {% for column in filter_columns %}
    select distinct
        '{{ column }}' as name,
        {{ column }} as value
    from {{ mart('fct_issues') }}
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
order by name, value
