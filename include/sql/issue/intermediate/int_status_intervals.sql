{# A visit keeps what its status meant when it was entered. #}
with entries as (
    select
        issue_id,
        position,
        row_number() over (partition by issue_id order by position) as sequence,
        status_id,
        entered_at,
        {{ lead('entered_at') }} over (partition by issue_id order by position) as left_at,
        entered_by_id
    from {{ ref('int_status_changes') }}
    where previous_status_id is null or previous_status_id <> status_id
),

meant as (
    select
        entries.issue_id as issue_id,
        entries.sequence as sequence,
        entries.status_id as status_id,
        coalesce(statuses.name, entries.status_id) as status_name,
        coalesce(meanings.category, statuses.category, 'unknown') as status_category,
        coalesce(meanings.is_waiting, statuses.is_waiting, false) as is_waiting,
        coalesce(meanings.outcome, statuses.outcome, 'delivered') as outcome,
        entries.entered_at as entered_at,
        entries.left_at as left_at,
        entries.entered_by_id as entered_by_id
    from entries
    left join {{ ref('int_statuses') }} as statuses on entries.status_id = statuses.status_id
    left join {{ ref('int_visit_meanings') }} as meanings
        on entries.issue_id = meanings.issue_id and entries.position = meanings.position
),

final as (
    select
        issue_id,
        sequence,
        status_id,
        status_name,
        status_category,
        is_waiting,
        case when status_category = 'done' then outcome end as outcome,
        entered_at,
        left_at,
        {{ seconds_between('entered_at', 'left_at') }} as duration_seconds,
        entered_by_id
    from meant
)

select * from final
