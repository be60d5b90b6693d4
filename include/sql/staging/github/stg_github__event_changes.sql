{# What items of timelines change. #}
{% set events = ref('stg_github__issue_events') -%}
with final as (
    select
        issue_id,
        event_order,
        'status' as field,
        old_value,
        new_value
    from {{ ref('stg_github__status_changes') }}
    union all
    select
        issue_id,
        event_order,
        'project' as field,
        old_value,
        new_value
    from {{ ref('stg_github__project_changes') }}
    union all
    select
        issue_id,
        event_order,
        'column' as field,
        old_value,
        new_value
    from {{ ref('stg_github__column_moves') }}
    union all
    select
        issue_id,
        event_order,
        case
            when kind in ('LabeledEvent', 'UnlabeledEvent') then 'label'
            when kind in ('MilestonedEvent', 'DemilestonedEvent') then 'milestone'
            when kind = 'RenamedTitleEvent' then 'title'
            when kind in ('LockedEvent', 'UnlockedEvent') then 'locked'
            else 'issue_type'
        end as field,
        case
            when kind = 'UnlockedEvent' then 'true'
            when kind = 'IssueTypeAddedEvent' then 'default'
            else old_value
        end as old_value,
        case
            when kind = 'LockedEvent' then 'true'
            when kind = 'IssueTypeRemovedEvent' then 'default'
            else new_value
        end as new_value
    from {{ events }}
    where
        kind in (
            'LabeledEvent', 'UnlabeledEvent', 'MilestonedEvent', 'DemilestonedEvent',
            'RenamedTitleEvent', 'LockedEvent', 'UnlockedEvent'
        )
        or kind like 'IssueType%'
    union all
    select
        issue_id,
        event_order,
        'label' as field,
        label as old_value,
        cast(null as {{ type_text() }}) as new_value
    from {{ ref('stg_github__lost_labels') }}
    union all
    select
        events.issue_id as issue_id,
        events.event_order as event_order,
        case when options.value is not null then 'estimate' else 'custom:' || events.field_name end
            as field,
        events.old_value as old_value,
        events.new_value as new_value
    from {{ events }} as events
    left join {{ settings_table('option') }} as options
        on events.field_name = options.value and options.name = 'estimate_field'
    where events.kind like 'IssueField%' and events.field_name is not null
    union all
    -- What names another record or a person goes by its id.
    {% for field, kinds in {
        'assignee': ('AssignedEvent', 'UnassignedEvent'),
        'parent': ('ParentIssueAddedEvent', 'ParentIssueRemovedEvent'),
        'sub_issue': ('SubIssueAddedEvent', 'SubIssueRemovedEvent'),
        'link:blocked by': ('BlockedByAddedEvent', 'BlockedByRemovedEvent'),
        'link:blocking': ('BlockingAddedEvent', 'BlockingRemovedEvent'),
        'link:duplicate of': ('MarkedAsDuplicateEvent', 'UnmarkedAsDuplicateEvent'),
    }.items() %}
    select
        issue_id,
        event_order,
        '{{ field }}' as field,
        case when kind = '{{ kinds[1] }}' then subject_id end as old_value,
        case when kind = '{{ kinds[0] }}' then subject_id end as new_value
    from {{ events }}
    where kind in ('{{ kinds[0] }}', '{{ kinds[1] }}') and subject_id is not null
    union all
    {% endfor %}
    select
        issue_id,
        event_order,
        case when kind = 'IssueComment' then 'comment' else 'subscriber' end as field,
        case when kind = 'UnsubscribedEvent' then actor_id end as old_value,
        case
            when kind = 'IssueComment' then event_id
            when kind <> 'UnsubscribedEvent' then actor_id
        end as new_value
    from {{ events }}
    where
        kind = 'IssueComment'
        or (kind in ('SubscribedEvent', 'UnsubscribedEvent') and actor_id is not null)
)

select * from final
