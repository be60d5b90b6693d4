{# Where a status had several meanings, the category is that of the last visit. #}
with visits as (
    select
        {% for name in [
            'issue_id', 'status_id', 'status_name', 'status_category', 'entered_at', 'left_at',
            'duration_seconds',
        ] -%}
        intervals.{{ name }} as {{ name }},
        {% endfor -%}
        working.calendar_key as calendar_key,
        working.working_duration_seconds as working_duration_seconds,
        row_number() over (
            partition by intervals.issue_id, intervals.status_id order by intervals.sequence desc
        ) as recency
    from {{ ref('int_status_intervals') }} as intervals
    left join {{ ref('int_visit_working_times') }} as working
        on intervals.issue_id = working.issue_id and intervals.sequence = working.sequence
),

times as (
    select
        issue_id,
        status_id,
        max(status_name) as status_name,
        max(case when recency = 1 then status_category end) as status_category,
        count(*) as visits,
        cast(coalesce(sum(duration_seconds), 0) as {{ type_bigint() }}) as duration_seconds,
        -- Unknown without a calendar, and where one does not reach to all of the visits.
        case
            when
                max(calendar_key) is not null
                and count(working_duration_seconds) = count(duration_seconds)
                then cast(coalesce(sum(working_duration_seconds), 0) as {{ type_bigint() }})
        end as working_duration_seconds,
        min(entered_at) as first_entered_at,
        max(left_at) as last_left_at,
        max(case when left_at is null then 1 else 0 end) = 1 as is_current
    from visits
    group by 1, 2
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
        times.working_duration_seconds,
        times.first_entered_at,
        times.last_left_at,
        times.is_current
    from times
    inner join {{ ref('int_issue_filters') }} as filters on times.issue_id = filters.issue_id
)

select * from final
