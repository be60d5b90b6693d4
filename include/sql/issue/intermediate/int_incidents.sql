{# Issues that are incidents by what the instance configures: those that meet all conditions of a
   query by their type, their priority, and a label, tag or project that they have now. Tags of
   YouTrack are told by changes alone; a label that a repository no longer has ends without one. #}
with wanted as (
    select * from {{ settings_table('incident') }}
),

sides as (
    select
        issue_id,
        coalesce(new_value, old_value) as label,
        new_value is not null as is_there,
        row_number() over (
            partition by issue_id, field, coalesce(new_value, old_value)
            order by changed_at desc, event_order desc, change_id desc
        ) as choice
    from {{ staged('issue_changes') }}
    where field = 'tag' and coalesce(new_value, old_value) is not null
),

labels as (
    select
        issue_id,
        label
    from sides
    where choice = 1 and is_there
    {% for member in ['labels', 'tags'] -%}
    union distinct
    select
        issues.issue_id,
        label
    from {{ staged('issues') }} as issues
    {{ join_json_texts('issues.custom_fields', [member], 'label') }}
    {% endfor -%}
    union distinct
    select
        issue_projects.issue_id as issue_id,
        names.project_ref as label
    from {{ staged('issue_projects') }} as issue_projects
    inner join {{ ref('int_project_names') }} as names
        on issue_projects.project_id = names.project_id
),

held as (
    select
        issue_id,
        'labels' as kind,
        label as value
    from labels
    union distinct
    select
        issue_id,
        'types' as kind,
        issue_type as value
    from {{ staged('issues') }}
    union distinct
    select
        issue_id,
        'priorities' as kind,
        priority as value
    from {{ staged('issues') }}
    where priority is not null
),

met as (
    select
        held.issue_id as issue_id,
        wanted.query as query,
        count(distinct wanted.kind) as conditions
    from held
    inner join wanted on held.kind = wanted.kind and held.value = wanted.value
    group by 1, 2
),

queries as (
    select
        query,
        count(distinct kind) as conditions
    from wanted
    group by 1
),

found as (
    select
        met.issue_id as issue_id,
        case met.query when 'labels' then 'label' when 'types' then 'type' else 'query' end
            as told_by
    from met
    inner join queries on met.query = queries.query and met.conditions = queries.conditions
),

final as (
    select
        issue_id,
        max(told_by) as told_by
    from found
    group by 1
)

select * from final
