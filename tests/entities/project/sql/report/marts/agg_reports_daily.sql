with days as (
    select
        reports.day_on as day_on,
        reports.machine_key as machine_key,
        reports.site as site,
        reports.starts as starts,
        reports.energy as energy
    from {{ as_published('fct_reports') }} as reports
    inner join {{ touched_slices() }} as slices on reports.day_on = slices.day_on
),

final as (
    select
        {{ setting('instance') }} as instance,
        day_on,
        count(*) as reports,
        count(distinct machine_key) as machines,
        max(starts) as most_starts,
        count(distinct site) as sites,
        cast(sum(energy) as {{ type_decimal() }}) as energy
    from days
    group by 2
)

select * from final
