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
    {% for member in ['reviews', 'commits'] -%}
    union all
    select
        pull_requests.pull_request_id as pull_request_id,
        '{{ member }}_incomplete' as rule,
        cast(coalesce(counts.{{ member }}, 0) as {{ type_text() }}) || ' {{ member }} of '
        || cast(pull_requests.{{ member }} as {{ type_text() }}) as detail
    from {{ ref('stg_github__pull_requests') }} as pull_requests
    left join counts on pull_requests.pull_request_id = counts.pull_request_id
    where coalesce(counts.{{ member }}, 0) < pull_requests.{{ member }}
    {% endfor -%}
)

select * from final
