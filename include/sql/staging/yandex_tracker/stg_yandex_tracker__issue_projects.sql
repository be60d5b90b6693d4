{# The issue's queue and its sprints, which are a list or, in older answers, one. #}
with issues as (
    select * from {{ raw('issues') }}
),

sprints as (
    select
        issues.record_id as issue_id,
        {{ json_text('sprint', ['id']) }} as sprint_id
    from issues
    {{ join_json_items('issues.payload', ['sprint'], 'sprint') }}
    union all
    select
        record_id as issue_id,
        {{ json_text('payload', ['sprint', 'id']) }} as sprint_id
    from issues
),

final as (
    select
        record_id as issue_id,
        'queue:' || {{ json_text('payload', ['queue', 'id']) }} as project_id
    from issues
    where {{ json_text('payload', ['queue', 'id']) }} is not null
    union distinct
    select
        issue_id,
        'sprint:' || sprint_id as project_id
    from sprints
    where sprint_id is not null
)

select * from final
