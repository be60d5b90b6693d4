{# Items that were not done yet when `as_of_on` began, under their team of today. #}
with open_then as (
    select issue_key
    from {{ published('fct_issue_flow_steps') }}
    where
        instance = {{ setting('instance') }}
        and category <> 'done'
        and happened_on < cast({{ setting('as_of_on') }} as {{ type_date() }})
    group by issue_key
    having sum(entered) > sum(exited)
),

final as (
    select
        team,
        cast(count(*) as {{ type_bigint() }}) as open_items
    from {{ published('fct_issues') }}
    where
        instance = {{ setting('instance') }}
        and level = 'item'
        and missing_reason is null
        and issue_key in (select issue_key from open_then)
    group by team
)

select * from final
