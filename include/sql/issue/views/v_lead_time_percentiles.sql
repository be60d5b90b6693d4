{# Lead and cycle time of done issues; `(all)` stands for all teams, types or quarters. #}
with done as (
    select
        instance,
        team as team_name,
        issue_type as type_name,
        quarter as quarter_name,
        lead_time_seconds as lead_time,
        cycle_time_seconds as cycle_time
    from {{ published('fct_issue_flow') }}
    where is_done and lead_time_seconds is not null
),

measured as (
    select
        instance,
        team_name,
        type_name,
        quarter_name,
        grouping(team_name) as is_all_teams,
        grouping(type_name) as is_all_types,
        grouping(quarter_name) as is_all_quarters,
        count(lead_time) as lead_time_n,
        count(cycle_time) as cycle_time_n,
        {{ percentile(0.1, 'lead_time') }} as lead_time_p10,
        {{ percentile(0.25, 'lead_time') }} as lead_time_p25,
        {{ percentile(0.5, 'lead_time') }} as lead_time_p50,
        {{ percentile(0.75, 'lead_time') }} as lead_time_p75,
        {{ percentile(0.9, 'lead_time') }} as lead_time_p90,
        {{ percentile(0.1, 'cycle_time') }} as cycle_time_p10,
        {{ percentile(0.25, 'cycle_time') }} as cycle_time_p25,
        {{ percentile(0.5, 'cycle_time') }} as cycle_time_p50,
        {{ percentile(0.75, 'cycle_time') }} as cycle_time_p75,
        {{ percentile(0.9, 'cycle_time') }} as cycle_time_p90
    from done
    group by
        grouping sets (
            (instance, team_name, type_name, quarter_name),
            (instance, team_name, type_name),
            (instance, team_name, quarter_name),
            (instance, type_name, quarter_name),
            (instance, team_name),
            (instance, type_name),
            (instance, quarter_name),
            (instance)
        )
),

final as (
    select
        instance,
        case when is_all_teams = 1 then '(all)' else team_name end as team,
        case when is_all_types = 1 then '(all)' else type_name end as issue_type,
        case when is_all_quarters = 1 then '(all)' else quarter_name end as quarter,
        cast(lead_time_n as {{ type_bigint() }}) as lead_time_n,
        lead_time_p10 as lead_time_p10_seconds,
        {{ ratio('lead_time_p10', 86400) }} as lead_time_p10_days,
        lead_time_p25 as lead_time_p25_seconds,
        {{ ratio('lead_time_p25', 86400) }} as lead_time_p25_days,
        lead_time_p50 as lead_time_p50_seconds,
        {{ ratio('lead_time_p50', 86400) }} as lead_time_p50_days,
        lead_time_p75 as lead_time_p75_seconds,
        {{ ratio('lead_time_p75', 86400) }} as lead_time_p75_days,
        lead_time_p90 as lead_time_p90_seconds,
        {{ ratio('lead_time_p90', 86400) }} as lead_time_p90_days,
        cast(cycle_time_n as {{ type_bigint() }}) as cycle_time_n,
        cycle_time_p10 as cycle_time_p10_seconds,
        {{ ratio('cycle_time_p10', 86400) }} as cycle_time_p10_days,
        cycle_time_p25 as cycle_time_p25_seconds,
        {{ ratio('cycle_time_p25', 86400) }} as cycle_time_p25_days,
        cycle_time_p50 as cycle_time_p50_seconds,
        {{ ratio('cycle_time_p50', 86400) }} as cycle_time_p50_days,
        cycle_time_p75 as cycle_time_p75_seconds,
        {{ ratio('cycle_time_p75', 86400) }} as cycle_time_p75_days,
        cycle_time_p90 as cycle_time_p90_seconds,
        {{ ratio('cycle_time_p90', 86400) }} as cycle_time_p90_days
    from measured
)

select * from final
