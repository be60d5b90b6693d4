{# The spectral chart: how many issues took how many days. #}
with done as (
    select
        instance,
        team,
        issue_type,
        sprint,
        quarter,
        cast(floor({{ ratio('lead_time_seconds', 86400) }}) as {{ type_bigint() }})
            as lead_time_days
    from {{ published('fct_issue_flow') }}
    where is_done and lead_time_seconds is not null
),

final as (
    select
        instance,
        team,
        issue_type,
        sprint,
        quarter,
        lead_time_days,
        cast(count(*) as {{ type_bigint() }}) as done_issues
    from done
    group by 1, 2, 3, 4, 5, 6
)

select * from final
