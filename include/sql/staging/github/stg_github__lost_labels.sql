{# Labels that a transfer took away, as the repository that an issue came to has none of the name:
   no timeline tells. They were given and not taken, and are not there now, or were given again. #}
with events as (
    select
        issue_id,
        event_order,
        coalesce(new_value, old_value) as label,
        kind = 'LabeledEvent' as is_arrival
    from {{ ref('stg_github__issue_events') }}
    where kind in ('LabeledEvent', 'UnlabeledEvent')
),

followed as (
    select
        *,
        {{ lead('event_order') }} over history as next_order,
        {{ lead('is_arrival') }} over history as next_is_arrival
    from events
    window history as (partition by issue_id, label order by event_order)
),

untaken as (
    select
        followed.issue_id as issue_id,
        followed.label as label,
        followed.event_order as event_order,
        followed.next_order as next_order
    from followed
    left join {{ ref('stg_github__issue_labels') }} as labels
        on followed.issue_id = labels.issue_id and followed.label = labels.name
    where
        followed.is_arrival
        and (
            coalesce(followed.next_is_arrival, false)
            or (followed.next_order is null and labels.name is null)
        )
),

final as (
    select
        untaken.issue_id as issue_id,
        untaken.label as label,
        min(stays.left_order) as event_order
    from untaken
    inner join {{ ref('stg_github__repository_stays') }} as stays
        on untaken.issue_id = stays.issue_id
    where
        stays.left_order > untaken.event_order
        and (untaken.next_order is null or stays.left_order < untaken.next_order)
    group by untaken.issue_id, untaken.label, untaken.event_order
)

select * from final
