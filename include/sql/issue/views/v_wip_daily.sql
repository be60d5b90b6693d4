{# What was in progress at the end of each day, waiting included. #}
with final as (
    select
        instance,
        happened_on,
        team,
        issue_type,
        level,
        cast(
            sum(in_progress_change) over (
                partition by instance, team, issue_type, level
                order by happened_on rows between unbounded preceding and current row
            ) as {{ type_bigint() }}
        ) as in_progress_issues,
        is_complete
    from {{ published('v_flow_daily') }}
)

select * from final
