{# Visits to statuses without those that were too short to mean something: their time joins the
   visit before, and two visits to one status become one. A first visit stays, and the last one,
   which has no end. #}
with kept as (
    select * from {{ ref('int_status_intervals') }}
    where
        sequence = 1
        or duration_seconds is null
        or duration_seconds
        >= cast({{ setting('ignore_visits_shorter_than_seconds') }} as {{ type_bigint() }})
),

compared as (
    select
        *,
        {{ lag('status_id') }} over (partition by issue_id order by sequence) as previous_status_id
    from kept
),

entries as (
    select
        *,
        {{ lead('entered_at') }} over (partition by issue_id order by sequence) as next_entered_at
    from compared
    where previous_status_id is null or previous_status_id <> status_id
),

final as (
    select
        issue_id,
        sequence,
        status_id,
        status_category,
        is_waiting,
        outcome,
        entered_at,
        next_entered_at as left_at,
        {{ seconds_between('entered_at', 'next_entered_at') }} as duration_seconds
    from entries
)

select * from final
