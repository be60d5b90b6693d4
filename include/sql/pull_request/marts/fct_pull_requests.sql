with tombstones as (
    select
        tombstones.pull_request_id as pull_request_id,
        tombstones.record_state as record_state,
        tombstones.found_at as found_at
    from {{ ref('stg_pull_request__tombstones') }} as tombstones
    inner join {{ staged('pull_requests') }} as pull_requests
        on tombstones.pull_request_id = pull_requests.pull_request_id
    -- One that was edited after the census exists.
    where
        tombstones.record_state <> 'present' and pull_requests.updated_at <= tombstones.found_at
),

final as (
    select
        placed.pull_request_key as pull_request_key,
        {{ setting('instance') }} as instance,
        pull_requests.pull_request_id as pull_request_id,
        pull_requests.readable_id as readable_id,
        pull_requests.title as title,
        pull_requests.url as url,
        {{ surrogate_key(setting('instance'), ['pull_requests.project_id']) }} as project_key,
        placed.team as team,
        {{ surrogate_key(setting('instance'), ['pull_requests.author_id']) }} as author_key,
        pull_requests.author_login as author_login,
        pull_requests.is_author_bot as is_author_bot,
        pull_requests.author_association as author_association,
        {{ surrogate_key(setting('instance'), ['pull_requests.merged_by_id']) }} as merged_by_key,
        case
            when pull_requests.merged_at is not null then 'merged'
            when pull_requests.state = 'closed' or pull_requests.closed_at is not null
                then 'closed'
            else 'open'
        end as outcome,
        pull_requests.is_draft as is_draft,
        pull_requests.is_fork as is_fork,
        pull_requests.is_in_merge_queue as is_in_merge_queue,
        pull_requests.base_branch as base_branch,
        pull_requests.head_branch as head_branch,
        pull_requests.head_commit as head_commit,
        pull_requests.merge_commit as merge_commit,
        pull_requests.labels as labels,
        pull_requests.additions as additions,
        pull_requests.deletions as deletions,
        pull_requests.changed_files as changed_files,
        placed.size_class as size_class,
        pull_requests.commits as commits,
        pull_requests.comments as comments,
        marks.reviews_by_people as reviews,
        marks.reviewers as reviewers,
        marks.review_rounds as review_rounds,
        pull_requests.review_decision as review_decision,
        pull_requests.checks_state as checks_state,
        pull_requests.created_at as created_at,
        pull_requests.updated_at as updated_at,
        marks.first_commit_at as first_commit_at,
        marks.ready_at as ready_at,
        marks.review_requested_at as review_requested_at,
        marks.first_review_at as first_review_at,
        marks.approved_at as approved_at,
        pull_requests.merged_at as merged_at,
        pull_requests.merge_committed_at as merge_committed_at,
        pull_requests.closed_at as closed_at,
        marks.waits_from as waits_from,
        case
            when marks.waits_from <= marks.first_review_at
                then {{ seconds_between('marks.waits_from', 'marks.first_review_at') }}
        end as time_to_first_review_seconds,
        case
            when marks.waits_from <= marks.first_review_at
                then
                    cast(reviewed.working_seconds - waited.working_seconds as {{ type_bigint() }})
        end as working_time_to_first_review_seconds,
        {{ seconds_between(
            'least(coalesce(marks.first_commit_at, pull_requests.created_at), pull_requests.created_at)',
            'pull_requests.merged_at'
        ) }} as time_to_merge_seconds,
        tombstones.record_state as missing_reason,
        tombstones.found_at as missing_since
    from {{ staged('pull_requests') }} as pull_requests
    inner join {{ ref('int_pull_requests') }} as placed
        on pull_requests.pull_request_id = placed.pull_request_id
    inner join {{ ref('int_pull_request_marks') }} as marks
        on pull_requests.pull_request_id = marks.pull_request_id
    left join {{ ref('int_review_instants') }} as waited
        on
            pull_requests.pull_request_id = waited.pull_request_id
            and marks.waits_from = waited.instant
    left join {{ ref('int_review_instants') }} as reviewed
        on
            pull_requests.pull_request_id = reviewed.pull_request_id
            and marks.first_review_at = reviewed.instant
    left join tombstones on pull_requests.pull_request_id = tombstones.pull_request_id
)

select * from final
