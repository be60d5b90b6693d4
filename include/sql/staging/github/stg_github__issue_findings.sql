{% from "templates/github_findings.sql" import github_findings %}
with records as (
    select
        record_id,
        payload
    from {{ raw('issues') }}
    where record_id not in (select issue_id from {{ ref('stg_github__moved_issues') }})
),

{{ github_findings('records', ref('stg_github__issue_events'), 'issue_id') }},

closures as (
    select
        issue_id,
        closure,
        row_number() over (partition by issue_id order by event_order desc) as choice
    from {{ ref('stg_github__closures') }}
),

conflicts as (
    select
        issue_id,
        count(*) as places,
        min(place) as place
    from {{ ref('stg_github__current_places') }}
    where place like 'label:%'
    group by 1
    having count(*) > 1
),

final as (
    select
        record_id as issue_id,
        rule,
        detail
    from answers
    union all
    select
        issues.issue_id as issue_id,
        'closed_without_event' as rule,
        'the issue is ' || {{ lower_ascii('issues.state') }} || ', and its timeline ends '
        || case when coalesce(closures.closure, 'open') = 'open' then 'open' else 'closed' end
            as detail
    from {{ ref('stg_github__issue_members') }} as issues
    left join closures on issues.issue_id = closures.issue_id and closures.choice = 1
    where
        (issues.state = 'CLOSED') <> (coalesce(closures.closure, 'open') <> 'open')
        and issues.issue_id not in (select issue_id from {{ ref('stg_github__moved_issues') }})
    union all
    select
        issue_id,
        'status_labels_in_conflict' as rule,
        cast(places as {{ type_text() }}) || ' labels that are statuses, such as '
        || substring(place, 7) as detail
    from conflicts
)

select * from final
