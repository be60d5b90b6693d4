{# Entries into done. The outcome is that of the last status before it was reopened, and of the
   resolution that it had then: one that discards is enough. #}
with runs as (
    select
        *,
        row_number() over (partition by issue_id order by sequence) as number
    from {{ ref('int_category_runs') }}
    where status_category = 'done'
),

last_visits as (
    select
        runs.issue_id as issue_id,
        runs.sequence as sequence,
        visits.outcome as outcome,
        row_number() over (
            partition by runs.issue_id, runs.sequence order by visits.sequence desc
        ) as choice
    from runs
    inner join {{ ref('int_flow_visits') }} as visits on runs.issue_id = visits.issue_id
    where
        visits.sequence >= runs.sequence
        and (runs.next_sequence is null or visits.sequence < runs.next_sequence)
),

resolutions as (
    select
        runs.issue_id as issue_id,
        runs.sequence as sequence,
        field_values.value as resolution,
        outcomes.outcome as outcome
    from runs
    inner join {{ ref('int_issue_values') }} as field_values
        on runs.issue_id = field_values.issue_id and field_values.field = 'resolution'
    left join {{ settings_table('resolution') }} as outcomes
        on field_values.value = outcomes.resolution
    where
        case
            when runs.left_at is null then field_values.ends_at is null
            else
                field_values.begins_at < runs.left_at
                and (field_values.ends_at is null or field_values.ends_at >= runs.left_at)
        end
),

final as (
    select
        runs.issue_id as issue_id,
        cast(runs.number as {{ type_bigint() }}) as number,
        runs.entered_at as completed_at,
        runs.left_at as reopened_at,
        runs.number = max(runs.number) over (partition by runs.issue_id) as is_last,
        case
            when last_visits.outcome = 'discarded' or resolutions.outcome = 'discarded'
                then 'discarded'
            else 'delivered'
        end as outcome,
        resolutions.resolution as resolution,
        resolutions.resolution is not null and resolutions.outcome is null as is_unmapped
    from runs
    inner join last_visits
        on
            runs.issue_id = last_visits.issue_id
            and runs.sequence = last_visits.sequence
            and last_visits.choice = 1
    left join resolutions
        on runs.issue_id = resolutions.issue_id and runs.sequence = resolutions.sequence
)

select * from final
