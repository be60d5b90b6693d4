-- The last run of each instance, how fresh its marts are, the issues they hold, and the windows
-- that failed and that no good run has covered since.
with

runs as (
    select
        instance,
        batch_id,
        run_type,
        status,
        error,
        records,
        window_start,
        window_end,
        started_at,
        finished_at,
        max(case when status = 'OK' then window_end end)
            over (partition by instance) as fresh_until,
        row_number() over (partition by instance order by started_at desc, run_id desc) as age_rank
    from {{ ops('ops_runs') }}
),

good_runs as (
    select
        instance,
        window_start,
        window_end
    from {{ ops('ops_runs') }}
    where status = 'OK'
),

gaps as (
    select
        failed.instance,
        count(*) as failed_windows,
        min(failed.window_start) as first_failed_at
    from {{ ops('ops_runs') }} as failed
    left join good_runs
        on
            failed.instance = good_runs.instance
            and failed.window_start >= good_runs.window_start
            and failed.window_end <= good_runs.window_end
    where failed.status = 'NOK' and failed.run_type = 'window' and good_runs.instance is null
    group by failed.instance
),

published as (
    select
        instance,
        count(*) as published_issues
    from {{ mart('fct_issues') }}
    group by instance
),

final as (
    select
        runs.instance as instance,
        runs.batch_id as batch_id,
        runs.run_type as run_type,
        runs.status as status,
        runs.error as error,
        runs.records as records,
        runs.window_start as window_start,
        runs.window_end as window_end,
        runs.started_at as started_at,
        runs.finished_at as finished_at,
        runs.fresh_until as fresh_until,
        coalesce(published.published_issues, 0) as published_issues,
        coalesce(gaps.failed_windows, 0) as failed_windows,
        gaps.first_failed_at as first_failed_at
    from runs
    left join published
        on runs.instance = published.instance
    left join gaps
        on runs.instance = gaps.instance
    where runs.age_rank = 1
)

select * from final
order by instance
