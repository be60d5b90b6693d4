{# Merges consecutive visits in the same category. #}
with compared as (
    select
        issue_id,
        sequence,
        status_category,
        entered_at,
        {{ lag('status_category') }} over (
            partition by issue_id order by sequence
        ) as previous_category
    from {{ ref('int_flow_visits') }}
),

runs as (
    select
        issue_id,
        sequence,
        status_category,
        entered_at,
        {{ lead('status_category') }} over (
            partition by issue_id order by sequence
        ) as next_category,
        {{ lead('entered_at') }} over (partition by issue_id order by sequence) as left_at,
        {{ lead('sequence') }} over (partition by issue_id order by sequence) as next_sequence
    from compared
    where previous_category is null or previous_category <> status_category
),

final as (
    select
        issue_id,
        sequence,
        next_sequence,
        status_category,
        entered_at,
        left_at,
        -- Started and done at the same instant: closed without work.
        status_category = 'in_progress'
        and not coalesce(next_category = 'done' and left_at = entered_at, false) as is_start
    from runs
)

select * from final
