{# Reviews, and until when what they decide holds: until the same reviewer decides again, or the
   review is dismissed. Reviews without anything by the author in between are one round. #}
with reviews as (
    select * from {{ ref('int_review_events') }}
    where change = 'reviewed'
),

dismissals as (
    select
        pull_request_id,
        review_id,
        min(event_order) as event_order,
        min(ordered_at) as dismissed_at
    from {{ ref('int_review_events') }}
    where change = 'dismissed'
    group by 1, 2
),

decisions as (
    select
        pull_request_id,
        event_id,
        {{ lead('event_order') }} over (
            partition by pull_request_id, coalesce(actor_id, '') order by event_order
        ) as next_order
    from reviews
    where state in ('approved', 'changes_requested')
),

rounds as (
    select
        pull_request_id,
        event_id,
        cast(
            dense_rank() over (partition by pull_request_id order by turns)
            as {{ type_bigint() }}
        ) as review_round
    from reviews
    where is_review_by_person
),

final as (
    select
        reviews.pull_request_id as pull_request_id,
        reviews.event_id as review_id,
        reviews.event_order as event_order,
        reviews.actor_id as reviewer_id,
        reviews.actor_login as reviewer_login,
        reviews.is_bot as is_bot,
        reviews.is_author as is_author,
        reviews.is_review_by_person as is_review_by_person,
        reviews.state as state,
        reviews.happened_at as submitted_at,
        reviews.ordered_at as ordered_at,
        reviews.commit_oid as commit_oid,
        reviews.comments as comments,
        rounds.review_round as review_round,
        dismissals.dismissed_at as dismissed_at,
        case
            when decisions.next_order < dismissals.event_order then decisions.next_order
            else coalesce(dismissals.event_order, decisions.next_order)
        end as ends_order
    from reviews
    left join decisions
        on
            reviews.pull_request_id = decisions.pull_request_id
            and reviews.event_id = decisions.event_id
    left join dismissals
        on
            reviews.pull_request_id = dismissals.pull_request_id
            and reviews.event_id = dismissals.review_id
    left join rounds
        on
            reviews.pull_request_id = rounds.pull_request_id
            and reviews.event_id = rounds.event_id
)

select * from final
