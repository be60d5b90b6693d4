{# What moves a pull request on, in words that all sources share. A dismissed review shows no more
   what it said; its dismissal does. #}
with events as (
    select * from {{ ref('stg_github__pull_request_events') }}
    where happened_at is not null
),

dismissals as (
    select
        pull_request_id,
        subject_id as review_id,
        min(old_value) as said
    from events
    where kind = 'ReviewDismissedEvent'
    group by 1, 2
),

words as (
    select
        events.pull_request_id as pull_request_id,
        events.event_id as event_id,
        events.event_order as event_order,
        events.happened_at as happened_at,
        events.authored_at as authored_at,
        events.actor_id as actor_id,
        events.actor_login as actor_login,
        coalesce(events.actor_kind = 'Bot' or events.actor_login like '%[bot]', false)
        or coalesce(bots.value is not null, false) as is_bot,
        case events.kind
            when 'PullRequestCommit' then 'committed'
            when 'HeadRefForcePushedEvent' then 'pushed'
            when 'ReadyForReviewEvent' then 'readied'
            when 'ConvertToDraftEvent' then 'drafted'
            when 'ReviewRequestedEvent' then 'requested'
            when 'PullRequestReview' then 'reviewed'
            when 'ReviewDismissedEvent' then 'dismissed'
            when 'MergedEvent' then 'merged'
            when 'ClosedEvent' then 'closed'
            when 'ReopenedEvent' then 'reopened'
        end as change,
        case
            when events.kind = 'PullRequestReview'
                then {{ lower_ascii('coalesce(
                    case when events.state = \'DISMISSED\' then dismissals.said end, events.state
                )') }}
        end as state,
        case
            when events.kind = 'PullRequestReview' then events.event_id
            when events.kind = 'ReviewDismissedEvent' then events.subject_id
        end as review_id,
        events.commit_oid as commit_oid,
        events.comments as comments
    from events
    left join dismissals
        on
            events.pull_request_id = dismissals.pull_request_id
            and events.event_id = dismissals.review_id
    left join {{ settings_table('option') }} as bots
        on events.actor_login = bots.value and bots.name = 'bots'
),

-- Nobody but its author sees a review that is pending.
final as (
    select * from words
    where change is not null and coalesce(state, '') <> 'pending'
)

select * from final
