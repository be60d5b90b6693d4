{# When pull requests reached what they are measured by. Waiting for review begins when it is ready
   for it or someone is asked, whichever comes first. #}
with readied as (
    select
        pull_request_id,
        min(happened_at) as ready_at
    from {{ ref('int_pull_request_states') }}
    where step not in ('coding', 'closed') and event_order >= 0
    group by 1
),

begun as (
    select
        pull_request_id,
        min(coalesce(authored_at, happened_at)) as first_commit_at
    from {{ staged('pull_request_changes') }}
    where change = 'committed'
    group by 1
),

asked as (
    select
        pull_request_id,
        min(ordered_at) as review_requested_at
    from {{ ref('int_review_events') }}
    where change = 'requested'
    group by 1
),

-- Nobody waits any more for what is said after the end of a pull request.
said as (
    select
        reviews.pull_request_id as pull_request_id,
        reviews.ordered_at as ordered_at,
        reviews.state as state,
        reviews.review_round as review_round,
        reviews.reviewer_id as reviewer_id,
        pull_requests.closed_at is null or reviews.ordered_at <= pull_requests.closed_at
            as is_in_time
    from {{ ref('int_reviews') }} as reviews
    inner join {{ staged('pull_requests') }} as pull_requests
        on reviews.pull_request_id = pull_requests.pull_request_id
    where reviews.is_review_by_person
),

reviewed as (
    select
        pull_request_id,
        min(case when is_in_time then ordered_at end) as first_review_at,
        min(case when is_in_time and state = 'approved' then ordered_at end) as approved_at,
        max(review_round) as review_rounds,
        count(distinct coalesce(reviewer_id, '')) as reviewers,
        count(*) as reviews
    from said
    group by 1
),

final as (
    select
        pull_requests.pull_request_id as pull_request_id,
        begun.first_commit_at as first_commit_at,
        readied.ready_at as ready_at,
        asked.review_requested_at as review_requested_at,
        reviewed.first_review_at as first_review_at,
        reviewed.approved_at as approved_at,
        least(
            coalesce(readied.ready_at, asked.review_requested_at),
            coalesce(asked.review_requested_at, readied.ready_at)
        ) as waits_from,
        cast(coalesce(reviewed.review_rounds, 0) as {{ type_bigint() }}) as review_rounds,
        cast(coalesce(reviewed.reviewers, 0) as {{ type_bigint() }}) as reviewers,
        cast(coalesce(reviewed.reviews, 0) as {{ type_bigint() }}) as reviews_by_people
    from {{ staged('pull_requests') }} as pull_requests
    left join begun on pull_requests.pull_request_id = begun.pull_request_id
    left join readied on pull_requests.pull_request_id = readied.pull_request_id
    left join asked on pull_requests.pull_request_id = asked.pull_request_id
    left join reviewed on pull_requests.pull_request_id = reviewed.pull_request_id
)

select * from final
