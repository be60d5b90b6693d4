{% from "templates/unreadable.sql" import unreadable_findings, unreadable_members %}
{# Contradictions between the API's own answers. #}
with mentioned as (
    select
        issue_id,
        status_id
    from {{ ref('stg_youtrack__issues') }}
    union distinct
    select
        issue_id,
        old_value
    from {{ ref('stg_youtrack__status_changes') }}
    union distinct
    select
        issue_id,
        new_value
    from {{ ref('stg_youtrack__status_changes') }}
),

created as (
    select distinct issue_id
    from {{ ref('stg_youtrack__activities') }}
    where category = 'IssueCreatedCategory'
),

unreadable_values as (
    {{ unreadable_members(
        raw('issues'),
        {'created': ['created'], 'updated': ['updated'], 'resolved': ['resolved']},
        [(['created', 'updated', 'resolved'], epoch_ms_to_timestamp(text_to_bigint('given')))],
    ) | indent }}
    union all
    select
        parent_id as issue_id,
        'timestamp' as member,
        {{ json_text('payload', ['timestamp']) }} as given
    from {{ raw('activities') }}
    where {{ epoch_ms_to_timestamp(json_bigint('payload', ['timestamp'])) }} is null
    union all
    select
        issue_id,
        'estimate' as member,
        value as given
    from {{ ref('stg_youtrack__custom_fields') }}
    where role = 'estimate' and value is not null and {{ text_to_double('value') }} is null
),

doubled_names as (
    select
        issue_id,
        name
    from {{ ref('stg_youtrack__custom_fields') }}
    where role is null
    group by 1, 2
    having count(*) > 1
),

final as (
    select
        mentioned.issue_id as issue_id,
        'state_without_bundle' as rule,
        'no state bundle lists ' || min(mentioned.status_id) as detail
    from mentioned
    left join {{ ref('stg_youtrack__statuses') }} as statuses
        on mentioned.status_id = statuses.status_id
    where statuses.status_id is null
    group by 1, 2
    union all
    select
        issues.issue_id as issue_id,
        'history_without_creation' as rule,
        'the activities do not tell who created the issue' as detail
    from {{ ref('stg_youtrack__issues') }} as issues
    left join created on issues.issue_id = created.issue_id
    where created.issue_id is null
    union all
    {{ unreadable_findings('unreadable_values') | indent }}
    union all
    select
        issue_id,
        'fields_of_one_name' as rule,
        cast(count(*) as {{ type_text() }}) || ' names stand for several fields, such as '
        || min(name) || ': the field with the lowest id counts' as detail
    from doubled_names
    group by 1, 2
)

select * from final
