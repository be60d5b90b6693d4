with final as (
    select
        {{ surrogate_key('filters.issue_key', ['edges.edge_kind', 'edges.other_id']) }}
        || ':' || cast(edges.sequence as {{ type_text() }}) as edge_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.level as level,
        filters.sprint as sprint,
        filters.quarter as quarter,
        edges.edge_kind as edge_kind,
        {{ surrogate_key(setting('instance'), ['edges.other_id']) }} as other_issue_key,
        edges.sequence as sequence,
        edges.added_at as added_at,
        edges.removed_at as removed_at,
        edges.removed_at is null as is_current,
        {{ seconds_between('edges.added_at', 'edges.removed_at') }} as duration_seconds,
        {{ surrogate_key(setting('instance'), ['edges.added_by_id']) }} as added_by_key,
        {{ surrogate_key(setting('instance'), ['edges.removed_by_id']) }} as removed_by_key
    from {{ ref('int_issue_edges') }} as edges
    inner join {{ ref('int_issue_filters') }} as filters on edges.issue_id = filters.issue_id
)

select * from final
