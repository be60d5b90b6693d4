with times as (
    select
        issue_id,
        status_id,
        status_name,
        status_category,
        count(*) as visits,
        cast(coalesce(sum(duration_seconds), 0) as {{ type_bigint() }}) as duration_seconds,
        min(entered_at) as first_entered_at,
        max(left_at) as last_left_at,
        max(case when left_at is null then 1 else 0 end) = 1 as is_current
    from {{ ref('int_status_intervals') }}
    group by 1, 2, 3, 4
),

final as (
    select
        {{ surrogate_key('filters.issue_key', ['times.status_id']) }} as status_time_key,
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.team,
        filters.issue_type,
        filters.sprint,
        filters.quarter,
        {{ surrogate_key(setting('instance'), ['times.status_id']) }} as status_key,
        times.status_name,
        times.status_category,
        times.visits,
        times.duration_seconds,
        times.first_entered_at,
        times.last_left_at,
        times.is_current
    from times
    inner join {{ ref('int_issue_filters') }} as filters on times.issue_id = filters.issue_id
)

select * from final
