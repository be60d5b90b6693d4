{# What windows cover, without overlaps; the clock ends the last stretch. #}
with instances as (
    select
        instance,
        cast(starts_at as {{ type_timestamp() }}) as starts_at,
        row_number() over (partition by instance order by started_at desc, run_id desc) as age_rank
    from {{ published('ops_runs') }}
),

windows as (
    select
        instance,
        run_id,
        window_start,
        window_end,
        max(cast(window_end as {{ type_timestamp() }})) over (
            partition by instance
            order by window_start, run_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from {{ published('ops_runs') }}
    where run_type = 'window' and status = 'OK'
),

ends as (
    select
        instance,
        min(window_start) as first_at,
        max(window_end) as last_at
    from windows
    group by instance
),

beginnings as (
    select
        windows.instance as instance,
        windows.window_start as starts_at,
        windows.covered_until as covered_until,
        {{ lead('windows.covered_until') }} over (
            partition by windows.instance order by windows.window_start, windows.run_id
        ) as next_covered_until,
        ends.last_at as last_at
    from windows
    inner join ends on windows.instance = ends.instance
    where windows.covered_until is null or windows.window_start > windows.covered_until
),

stretches as (
    select
        instance,
        'covered' as state,
        starts_at,
        coalesce(next_covered_until, last_at) as ends_at
    from beginnings
    union all
    select
        instance,
        'hole' as state,
        covered_until as starts_at,
        starts_at as ends_at
    from beginnings
    where covered_until is not null
    union all
    select
        instances.instance as instance,
        'hole' as state,
        instances.starts_at as starts_at,
        ends.first_at as ends_at
    from instances
    inner join ends on instances.instance = ends.instance
    where instances.age_rank = 1
    union all
    select
        instance,
        'open' as state,
        last_at as starts_at,
        {{ now() }} as ends_at
    from ends
    union all
    select
        instance,
        'open' as state,
        starts_at,
        {{ now() }} as ends_at
    from instances
    where age_rank = 1 and instance not in (select instance from ends)
),

final as (
    select
        instance,
        state,
        starts_at,
        ends_at
    from stretches
    where starts_at < ends_at
)

select * from final
