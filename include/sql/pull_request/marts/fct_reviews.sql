with final as (
    select
        {{ surrogate_key(setting('instance'), ['reviews.pull_request_id', 'reviews.review_id']) }}
            as review_key,
        placed.pull_request_key as pull_request_key,
        {{ setting('instance') }} as instance,
        placed.team as team,
        placed.size_class as size_class,
        reviews.review_id as review_id,
        {{ surrogate_key(setting('instance'), ['reviews.reviewer_id']) }} as reviewer_key,
        reviews.reviewer_login as reviewer_login,
        reviews.is_bot as is_bot,
        reviews.is_author as is_author,
        reviews.is_review_by_person as is_review_by_person,
        reviews.state as state,
        reviews.submitted_at as submitted_at,
        reviews.dismissed_at as dismissed_at,
        reviews.review_round as review_round,
        coalesce(reviews.comments, 0) as comments,
        reviews.commit_oid as commit_oid
    from {{ ref('int_reviews') }} as reviews
    inner join {{ ref('int_pull_requests') }} as placed
        on reviews.pull_request_id = placed.pull_request_id
)

select * from final
