-- The last run of each instance, how far its marts reach, and the issues they hold.
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
        coalesce(published.published_issues, 0) as published_issues
    from runs
    left join published
        on runs.instance = published.instance
    where runs.age_rank = 1
)

select * from final
order by instance
