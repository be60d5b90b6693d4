{# When issues were closed and reopened, and as what. One that became a discussion is closed as
   that, whatever else its closing says, until it is reopened. #}
with marks as (
    select
        issue_id,
        event_id,
        event_order,
        happened_at,
        actor_id,
        case kind
            when 'ReopenedEvent' then 'open'
            when 'ConvertedToDiscussionEvent' then 'closed:discussion'
            else 'closed:' || {{ lower_ascii("coalesce(state, 'completed')") }}
        end as closure,
        sum(case when kind = 'ReopenedEvent' then 1 else 0 end) over (
            partition by issue_id order by event_order
            rows between unbounded preceding and current row
        ) as life
    from {{ ref('stg_github__issue_events') }}
    where
        kind in ('ClosedEvent', 'ReopenedEvent', 'ConvertedToDiscussionEvent')
        and happened_at is not null
),

final as (
    select
        issue_id,
        event_id,
        event_order,
        happened_at,
        actor_id,
        case
            when
                max(case when closure = 'closed:discussion' then 1 else 0 end) over (
                    partition by issue_id, life order by event_order
                    rows between unbounded preceding and current row
                ) = 1
                then 'closed:discussion'
            else closure
        end as closure
    from marks
)

select * from final
