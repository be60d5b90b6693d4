{# What moves pull requests on, in the order of their timelines: an instant is never before one that
   came earlier, nor before the creation. People are those who are neither bots nor the author. #}
with events as (
    select
        changes.pull_request_id as pull_request_id,
        changes.event_id as event_id,
        changes.event_order as event_order,
        changes.change as change,
        changes.state as state,
        changes.review_id as review_id,
        changes.actor_id as actor_id,
        changes.actor_login as actor_login,
        changes.is_bot as is_bot,
        coalesce(changes.actor_id, '') = coalesce(pull_requests.author_id, '') as is_author,
        changes.happened_at as happened_at,
        changes.commit_oid as commit_oid,
        changes.comments as comments,
        pull_requests.created_at as created_at
    from {{ staged('pull_request_changes') }} as changes
    inner join {{ staged('pull_requests') }} as pull_requests
        on changes.pull_request_id = pull_requests.pull_request_id
),

final as (
    select
        pull_request_id,
        event_id,
        event_order,
        change,
        state,
        review_id,
        actor_id,
        actor_login,
        is_bot,
        is_author,
        change = 'reviewed' and not is_bot and not is_author as is_review_by_person,
        happened_at,
        -- Commits keep the time at which they were made, long before they were pushed perhaps.
        greatest(
            created_at,
            max(case when change <> 'committed' then happened_at else created_at end) over (
                partition by pull_request_id order by event_order
                rows between unbounded preceding and current row
            )
        ) as ordered_at,
        commit_oid,
        comments,
        -- What the author does, or asks for, before a new round of review.
        cast(
            sum(
                case
                    when change in ('committed', 'pushed', 'requested', 'readied') then 1 else 0
                end
            ) over (
                partition by pull_request_id order by event_order
                rows between unbounded preceding and current row
            ) as {{ type_bigint() }}
        ) as turns
    from events
)

select * from final
