{# The projects that an issue has been in, one after the other; a stay's number is that of the move
   that began it. The scope says whose roles its fields have: those of the project, or of the
   issue's project now where the old one is invisible. #}
with moves as (
    select * from {{ ref('stg_youtrack__activities') }}
    where category = 'ProjectCategory'
),

issues as (
    select
        record_id as issue_id,
        'project:' || {{ json_text('payload', ['project', 'id']) }} as project_id
    from {{ raw('issues') }}
),

ends as (
    select
        moves.event_id,
        'project:' || {{ json_text('project', ['id']) }} as from_project_id,
        cast(null as {{ type_text() }}) as to_project_id
    from moves
    {{ join_json_items('moves.removed', [], 'project') }}
    union all
    select
        moves.event_id,
        cast(null as {{ type_text() }}) as from_project_id,
        'project:' || {{ json_text('project', ['id']) }} as to_project_id
    from moves
    {{ join_json_items('moves.added', [], 'project') }}
),

projects_moved as (
    select
        event_id,
        min(from_project_id) as from_project_id,
        min(to_project_id) as to_project_id
    from ends
    group by 1
),

ranked as (
    select
        moves.event_id as event_id,
        moves.issue_id as issue_id,
        moves.stay as stay,
        moves.event_order as event_order,
        projects_moved.from_project_id as from_project_id,
        projects_moved.to_project_id as to_project_id,
        row_number() over (partition by moves.issue_id order by moves.event_order) as position,
        row_number() over (partition by moves.issue_id, moves.stay order by moves.event_order desc)
            as choice
    from moves
    left join projects_moved on moves.event_id = projects_moved.event_id
),

stays as (
    select
        issue_id,
        stay,
        event_id,
        to_project_id as project_id
    from ranked
    where choice = 1
    union all
    select
        issues.issue_id,
        cast(0 as {{ type_bigint() }}) as stay,
        cast(null as {{ type_text() }}) as event_id,
        coalesce(ranked.from_project_id, issues.project_id) as project_id
    from issues
    left join ranked on issues.issue_id = ranked.issue_id and ranked.position = 1
),

visible as (
    select distinct scope_id from {{ ref('stg_youtrack__field_roles') }}
),

final as (
    select
        stays.issue_id as issue_id,
        stays.stay as stay,
        stays.event_id as event_id,
        stays.project_id as project_id,
        coalesce(then_visible.scope_id, now_visible.scope_id, stays.issue_id) as scope_id
    from stays
    inner join issues on stays.issue_id = issues.issue_id
    left join visible as then_visible on stays.project_id = then_visible.scope_id
    left join visible as now_visible on issues.project_id = now_visible.scope_id
)

select * from final
