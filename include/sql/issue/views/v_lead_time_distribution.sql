{# The spectral chart: how many issues took how many days. #}
with done as (
    select
        flow.instance as instance,
        flow.team as team,
        flow.issue_type as issue_type,
        flow.sprint as sprint,
        flow.quarter as quarter,
        cast(floor({{ ratio('flow.lead_time_seconds', 86400) }}) as {{ type_bigint() }})
            as lead_time_days
    from {{ published('fct_issue_flow') }} as flow
    inner join {{ published('fct_issues') }} as issues
        on flow.issue_key = issues.issue_key and not issues.is_deleted
    where flow.is_done
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
