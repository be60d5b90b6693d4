{# What was delivered and discarded in the sprint that it was in at that moment. #}
with final as (
    select
        instance,
        sprint_key,
        sprint,
        team,
        issue_type,
        level,
        cast(count(case when outcome = 'delivered' then 1 end) as {{ type_bigint() }})
            as delivered,
        cast(count(case when outcome = 'discarded' then 1 end) as {{ type_bigint() }})
            as discarded,
        sum(case when outcome = 'delivered' then estimate end) as delivered_points
    from {{ published('fct_issue_deliveries') }}
    where sprint_key is not null
    group by instance, sprint_key, sprint, team, issue_type, level
)

select * from final
