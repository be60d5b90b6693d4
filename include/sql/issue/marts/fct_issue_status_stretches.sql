with final as (
    select
        filters.issue_key || ':' || cast(stretches.sequence as {{ type_text() }})
        || ':' || cast(stretches.part as {{ type_text() }}) as stretch_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        stretches.sequence as sequence,
        stretches.team as team,
        stretches.issue_type as issue_type,
        stretches.level as level,
        {{ surrogate_key(setting('instance'), ['stretches.status_id']) }} as status_key,
        stretches.status_name as status_name,
        stretches.status_category as status_category,
        stretches.begins_at as begins_at,
        stretches.ends_at as ends_at,
        coalesce(stretches.ends_at = stretches.left_at, stretches.ends_at is null)
            as is_end_of_visit,
        stretches.left_at is null and stretches.status_category = 'done' as is_clock_stopped
    from {{ ref('int_status_stretches') }} as stretches
    inner join {{ ref('int_issue_filters') }} as filters on stretches.issue_id = filters.issue_id
)

select * from final
