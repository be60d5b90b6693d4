{% from "templates/dora_benchmarks.sql" import benchmarks %}
with final as (
    {% for year, metric, cluster, says, number, unit, source, is_checked in benchmarks -%}
    select
        '{{ metric }}-{{ year }}-{{ cluster }}' as benchmark_key,
        cast({{ year }} as {{ type_bigint() }}) as report_year,
        '{{ metric }}' as metric,
        '{{ cluster }}' as cluster,
        '{{ says }}' as says,
        cast({{ "null" if number is none else number }} as {{ type_double() }}) as number,
        '{{ unit }}' as unit,
        '{{ source }}' as source,
        cast({{ "true" if is_checked else "false" }} as {{ type_boolean() }}) as is_checked
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select * from final
