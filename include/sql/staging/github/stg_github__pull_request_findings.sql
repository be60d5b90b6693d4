{% from "templates/github_findings.sql" import github_findings %}
with records as (
    select
        record_id,
        payload
    from {{ raw('pull_requests') }}
),

{{ github_findings('records', ref('stg_github__pull_request_events'), 'pull_request_id') }},

counts as (
    select
        pull_request_id,
        sum(case when kind = 'PullRequestReview' then 1 else 0 end) as reviews,
        sum(case when kind = 'PullRequestCommit' then 1 else 0 end) as commits
    from {{ ref('stg_github__pull_request_events') }}
    group by 1
),

final as (
    select
        record_id as pull_request_id,
        rule,
        detail
    from answers
    union all
    select
        pull_requests.pull_request_id as pull_request_id,
        'reviews_incomplete' as rule,
        cast(coalesce(counts.reviews, 0) as {{ type_text() }}) || ' reviews of '
        || cast(pull_requests.reviews as {{ type_text() }}) as detail
    from {{ ref('stg_github__pull_requests') }} as pull_requests
    left join counts on pull_requests.pull_request_id = counts.pull_request_id
    where coalesce(counts.reviews, 0) < pull_requests.reviews
    union all
    select
        pull_requests.pull_request_id as pull_request_id,
        'commits_incomplete' as rule,
        cast(coalesce(counts.commits, 0) as {{ type_text() }}) || ' commits of '
        || cast(pull_requests.commits as {{ type_text() }}) as detail
    from {{ ref('stg_github__pull_requests') }} as pull_requests
    left join counts on pull_requests.pull_request_id = counts.pull_request_id
    where coalesce(counts.commits, 0) < pull_requests.commits
)

select * from final
