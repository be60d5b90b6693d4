-- The last run of each instance, how fresh its marts are, and the issues they hold.
with

runs as (
    select
        instance,
        batch_id,
        run_type,
        status,
        error,
        issues,
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
        runs.instance,
        runs.batch_id,
        runs.run_type,
        runs.status,
        runs.error,
        runs.issues,
        runs.window_start,
        runs.window_end,
        runs.started_at,
        runs.finished_at,
        runs.fresh_until,
        coalesce(published.published_issues, 0) as published_issues
    from runs
    left join published
        on runs.instance = published.instance
    where runs.age_rank = 1
)

select * from final
order by instance
