{# When issues came to repositories, milestones and boards, and when they left them. A milestone is
   named by its title, which only its repository makes unique: with a transfer an issue comes to the
   one of the same title, if there is any. #}
with stays as (
    select * from {{ ref('stg_github__repository_stays') }}
),

titles as (
    select
        repository_id,
        title,
        min(milestone_id) as milestone_id
    from {{ ref('stg_github__milestones') }}
    group by 1, 2
),

planned as (
    select
        stays.issue_id as issue_id,
        stays.left_order as event_order,
        stays.repository_id as repository_id,
        coalesce(events.new_value, events.old_value) as title,
        events.kind = 'MilestonedEvent' as is_there,
        row_number() over (
            partition by stays.issue_id, stays.left_order order by events.event_order desc
        ) as choice
    from stays
    inner join {{ ref('stg_github__issue_events') }} as events on stays.issue_id = events.issue_id
    where
        events.kind in ('MilestonedEvent', 'DemilestonedEvent')
        and events.event_order < stays.left_order
),

moves as (
    select
        issue_id,
        left_order as event_order,
        repository_id as old_value,
        cast(null as {{ type_text() }}) as new_value
    from stays
    where left_order is not null
    union all
    select
        issue_id,
        entered_order as event_order,
        cast(null as {{ type_text() }}) as old_value,
        repository_id as new_value
    from stays
    where entered_order > 0
    union all
    select
        events.issue_id as issue_id,
        events.event_order as event_order,
        case when events.kind = 'DemilestonedEvent' then 'milestone:' || titles.milestone_id end
            as old_value,
        case when events.kind = 'MilestonedEvent' then 'milestone:' || titles.milestone_id end
            as new_value
    from {{ ref('stg_github__issue_events') }} as events
    inner join stays on events.issue_id = stays.issue_id
    inner join titles
        on
            stays.repository_id = titles.repository_id
            and coalesce(events.new_value, events.old_value) = titles.title
    where
        events.kind in ('MilestonedEvent', 'DemilestonedEvent')
        and stays.entered_order <= events.event_order
        and coalesce(stays.left_order, events.event_order + 1) > events.event_order
    union all
    select
        planned.issue_id as issue_id,
        planned.event_order as event_order,
        'milestone:' || titles.milestone_id as old_value,
        cast(null as {{ type_text() }}) as new_value
    from planned
    inner join titles
        on planned.repository_id = titles.repository_id and planned.title = titles.title
    where planned.choice = 1 and planned.is_there
    union all
    select
        planned.issue_id as issue_id,
        planned.event_order as event_order,
        cast(null as {{ type_text() }}) as old_value,
        'milestone:' || titles.milestone_id as new_value
    from planned
    inner join stays
        on planned.issue_id = stays.issue_id and planned.event_order = stays.entered_order
    inner join titles as former
        on planned.repository_id = former.repository_id and planned.title = former.title
    inner join titles
        on stays.repository_id = titles.repository_id and planned.title = titles.title
    where planned.choice = 1 and planned.is_there
    union all
    select
        issue_id,
        event_order,
        case when kind = 'RemovedFromProjectV2Event' then 'board:' || subject_id end as old_value,
        case when kind = 'AddedToProjectV2Event' then 'board:' || subject_id end as new_value
    from {{ ref('stg_github__issue_events') }}
    where kind in ('AddedToProjectV2Event', 'RemovedFromProjectV2Event') and subject_id is not null
),

final as (
    select
        issue_id,
        event_order,
        old_value,
        new_value
    from moves
    where coalesce(old_value, new_value) is not null
)

select * from final
