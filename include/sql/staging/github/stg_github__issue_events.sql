{# The timelines of issues. What a transferred issue shows is told by the one that it became. #}
{% from "templates/github_timeline.sql" import github_timeline %}
with records as (
    select
        record_id,
        payload
    from {{ raw('issues') }}
    where record_id not in (select issue_id from {{ ref('stg_github__moved_issues') }})
),

{{ github_timeline('records', 'issue_id') }}

select * from final
