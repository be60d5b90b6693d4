with entries as (
    select
        issue_id,
        row_number() over (partition by issue_id order by position) as sequence,
        status_id,
        entered_at,
        lead(entered_at) over (partition by issue_id order by position) as left_at,
        entered_by_id
    from {{ ref('int_status_changes') }}
    where previous_status_id is null or previous_status_id <> status_id
),

final as (
    select
        entries.issue_id,
        entries.sequence,
        entries.status_id,
        coalesce(statuses.name, entries.status_id) as status_name,
        coalesce(statuses.category, 'unknown') as status_category,
        coalesce(statuses.is_waiting, false) as is_waiting,
        entries.entered_at,
        entries.left_at,
        {{ seconds_between('entries.entered_at', 'entries.left_at') }} as duration_seconds,
        entries.entered_by_id
    from entries
    left join {{ ref('int_statuses') }} as statuses on entries.status_id = statuses.status_id
)

select * from final
