{# Total work item age: what is started and not done, with the days that it has been so. #}
with final as (
    select
        instance,
        team,
        issue_type,
        level,
        cast(count(*) as {{ type_bigint() }}) as started_issues,
        cast(sum(age_days) as {{ type_bigint() }}) as total_age_days,
        cast(sum(age_seconds) as {{ type_bigint() }}) as total_age_seconds,
        cast(max(age_days) as {{ type_bigint() }}) as oldest_age_days
    from {{ published('v_issue_ageing') }}
    where age_seconds is not null
    group by instance, team, issue_type, level
)

select * from final
