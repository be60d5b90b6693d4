with readings as (
    select
        report_id,
        cast(sum(starts) as {{ type_bigint() }}) as starts,
        cast(sum({{ text_to_decimal('energy') }}) as {{ type_decimal() }}) as energy
    from {{ staged('readings') }}
    group by 1
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['reports.report_id']) }} as report_key,
        {{ setting('instance') }} as instance,
        reports.day as day_on,
        {{ surrogate_key(setting('instance'), ['reports.machine_id']) }} as machine_key,
        machines.site as site,
        machines.team_key as team_key,
        teams.name as team,
        coalesce(readings.starts, 0) as starts,
        coalesce(readings.energy, 0) as energy
    from {{ staged('reports') }} as reports
    left join {{ ref('int_machines') }} as machines on reports.machine_id = machines.machine_id
    left join {{ ref('int_teams') }} as teams on machines.team_key = teams.team_key
    left join readings on reports.report_id = readings.report_id
)

select * from final
