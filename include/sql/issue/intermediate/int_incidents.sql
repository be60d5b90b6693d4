{# Issues that are incidents by what the instance configures: by their type, or by a label, tag or
   project that they have now. #}
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
    where field in ('label', 'tag', 'tags') and coalesce(new_value, old_value) is not null
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

found as (
    select
        issues.issue_id as issue_id,
        'type' as told_by
    from {{ staged('issues') }} as issues
    inner join wanted on issues.issue_type = wanted.value and wanted.kind = 'types'
    union distinct
    select
        labels.issue_id as issue_id,
        'label' as told_by
    from labels
    inner join wanted on labels.label = wanted.value and wanted.kind = 'labels'
),

final as (
    select
        issue_id,
        max(told_by) as told_by
    from found
    group by 1
)

select * from final
