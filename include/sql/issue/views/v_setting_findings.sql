{# Settings that name what no snapshot lists and no issue has, or one thing in two ways. #}
with names as (
    select * from {{ published('ops_setting_names') }}
),

wanted as (
    select distinct case when kind = 'field value' then scope else value end as field
    from names
    where kind in ('field', 'field value', 'link')
),

changes as (
    select distinct
        instance,
        field,
        old_value,
        new_value
    from {{ published('fct_issue_changes') }}
    where field in ('issue_type', 'resolution') or field in (select field from wanted)
),

-- What issues have or had, though the latest snapshots need not list it.
shown as (
    {% for side in ['old_value', 'new_value'] -%}
    select
        instance,
        case field
            when 'issue_type' then 'issue type' when 'resolution' then 'resolution'
            else 'field value'
        end as kind,
        case when field in ('issue_type', 'resolution') then '' else field end as scope,
        {{ side }} as value
    from changes
    where {{ side }} is not null
    union distinct
    {% endfor -%}
    select
        names.instance as instance,
        names.kind as kind,
        '' as scope,
        names.value as value
    from names
    inner join changes on names.instance = changes.instance and names.value = changes.field
    where names.kind in ('field', 'link')
    union distinct
    select
        instance,
        'issue type' as kind,
        '' as scope,
        issue_type as value
    from {{ published('fct_issues') }}
    union distinct
    select
        instance,
        'resolution' as kind,
        '' as scope,
        resolution as value
    from {{ published('fct_issue_deliveries') }}
    union distinct
    select
        instance,
        'team' as kind,
        '' as scope,
        team as value
    from {{ published('dim_projects') }}
    union distinct
    select
        instance,
        'team' as kind,
        '' as scope,
        team as value
    from {{ published('dim_sprints') }}
    union distinct
    select
        instance,
        'project' as kind,
        '' as scope,
        project_id as value
    from {{ published('dim_projects') }}
    union distinct
    select
        instance,
        'user' as kind,
        '' as scope,
        user_id as value
    from {{ published('dim_users') }}
    union distinct
    select
        visits.instance as instance,
        'status' as kind,
        '' as scope,
        statuses.status_id as value
    from {{ published('fct_issue_status_times') }} as visits
    inner join {{ published('dim_statuses') }} as statuses
        on visits.status_key = statuses.status_key
),

found as (
    select
        names.instance as instance,
        names.setting as setting,
        names.value as value,
        'setting_matches_nothing' as rule,
        'no record of the source has the ' || names.kind || ' ' || names.value as detail
    from names
    left join shown
        on
            names.instance = shown.instance
            and names.kind = shown.kind
            and names.value = shown.value
            and case when names.kind = 'field value' then names.scope else '' end = shown.scope
    where names.target_id is null and shown.value is null
    group by names.instance, names.setting, names.value, names.kind
    union all
    select
        names.instance as instance,
        names.setting as setting,
        min(names.value) as value,
        'setting_given_twice' as rule,
        min(names.value) || ' and ' || max(names.value) || ' are one ' || names.kind || ' ('
        || names.target_id || '), and mean different things' as detail
    from names
    where names.target_id is not null
    group by names.instance, names.setting, names.kind, names.scope, names.target_id
    having count(distinct names.meaning) > 1
),

final as (
    select
        {{ surrogate_key('found.instance', ['found.rule', 'found.setting', 'found.detail']) }}
            as finding_key,
        found.instance as instance,
        found.setting as setting,
        found.value as value,
        found.rule as rule,
        rules.kind as kind,
        found.detail as detail,
        replace(
            replace(rules.next_step, '{instance}', found.instance),
            '{subject}', found.setting || ': ' || found.value
        ) as next_step,
        rules.explanation as explanation
    from found
    left join {{ published('ops_rules') }} as rules
        on found.instance = rules.instance and found.rule = rules.rule
    where coalesce(rules.is_on, true)
)

select * from final
