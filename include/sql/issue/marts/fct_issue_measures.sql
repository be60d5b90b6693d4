with final as (
    select
        {{ surrogate_key('filters.issue_key', ['measures.measure']) }} as measure_key,
        filters.issue_key,
        {{ setting('instance') }} as instance,
        filters.team,
        filters.issue_type,
        filters.level,
        filters.sprint,
        filters.quarter,
        measures.measure,
        measures.begins_at,
        measures.ends_at,
        {{ seconds_between('measures.begins_at', 'measures.ends_at') }} as duration_seconds
    from {{ ref('int_measures') }} as measures
    inner join {{ ref('int_issue_filters') }} as filters on measures.issue_id = filters.issue_id
)

select * from final
