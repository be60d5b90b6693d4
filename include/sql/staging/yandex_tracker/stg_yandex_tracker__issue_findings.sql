{% from "templates/unreadable.sql" import unreadable_findings, unreadable_members %}
with entries as (
    select
        issue_id,
        count(*) as entries,
        max(case when entry_type in ('IssueCreated', 'IssueCloned') then 1 else 0 end) as creations
    from {{ ref('stg_yandex_tracker__changelog') }}
    group by 1
),

status_changes as (
    select
        entries.issue_id as issue_id,
        count(*) as changes,
        min(changes.event_id) as first_event_id
    from {{ ref('stg_yandex_tracker__changelog_fields') }} as changes
    inner join {{ ref('stg_yandex_tracker__changelog') }} as entries
        on changes.event_id = entries.event_id
    where
        changes.field_id = 'status'
        and {{ json_text('changes.new_json', ['id']) }} is null
    group by 1
),

unreadable_values as (
    {{ unreadable_members(raw('issues'), {
        'createdAt': ['createdAt'], 'updatedAt': ['updatedAt'], 'resolvedAt': ['resolvedAt'],
        'storyPoints': ['storyPoints'],
    }, [
        (['createdAt', 'updatedAt', 'resolvedAt'], iso_to_timestamp('given')),
        (['storyPoints'], text_to_double('given')),
    ]) | indent }}
    union all
    select
        parent_id as issue_id,
        'updatedAt of the changelog' as member,
        {{ json_text('payload', ['updatedAt']) }} as given
    from {{ raw('changelog') }}
    where {{ iso_to_timestamp(json_text('payload', ['updatedAt'])) }} is null
),

final as (
    select
        issues.issue_id as issue_id,
        'changelog_without_creation' as rule,
        'none of the ' || cast(coalesce(entries.entries, 0) as {{ type_text() }})
        || ' entries of the changelog is the creation' as detail
    from {{ ref('stg_yandex_tracker__issues') }} as issues
    left join entries on issues.issue_id = entries.issue_id
    where coalesce(entries.creations, 0) = 0
    union all
    select
        issue_id,
        'status_change_without_status' as rule,
        cast(changes as {{ type_text() }})
        || ' changes of the status lead to none that the API can name, the first is entry '
        || first_event_id as detail
    from status_changes
    union all
    {{ unreadable_findings('unreadable_values') | indent }}
)

select * from final
