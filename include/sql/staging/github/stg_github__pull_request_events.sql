{# The timelines of pull requests. #}
{% from "templates/github_timeline.sql" import github_timeline %}
with records as (
    select
        record_id,
        payload
    from {{ raw('pull_requests') }}
),

{{ github_timeline('records', 'pull_request_id') }}

select * from final
