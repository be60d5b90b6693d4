{# From an issue's creation to production: when it was planned, worked on in pull requests, merged
   and deployed, and how long each stage took. #}
with changes as (
    select
        issue_key,
        changed_at
    from {{ published('fct_issue_changes') }}
    where field in ('milestone', 'sprint') and new_value is not null
),

plans as (
    select
        issue_key,
        cast(min(changed_at) as {{ type_timestamp() }}) as first_planned_at
    from changes
    group by issue_key
),

-- The casts let a left join return null, whatever a ClickHouse session is set to.
deployed as (
    select
        pull_request_key,
        cast(deployed_at as {{ type_timestamp() }}) as production_at
    from {{ published('v_dora_changes') }}
),

links as (
    select
        links.issue_key as issue_key,
        links.first_commit_at as committed_at,
        links.created_at as opened_at,
        links.merged_at as merged_at,
        deployed.production_at as deployed_at
    from {{ published('v_issue_pull_requests') }} as links
    left join deployed
        on links.pull_request_key = deployed.pull_request_key
    where links.is_implementation and links.outcome <> 'closed'
),

-- Merged once all of them are, deployed once all of them are.
work as (
    select
        issue_key,
        count(*) as works,
        min(committed_at) as first_commit_at,
        min(opened_at) as first_opened_at,
        case when count(merged_at) = count(*) then max(merged_at) end as all_merged_at,
        case when count(deployed_at) = count(*) then max(deployed_at) end as all_deployed_at
    from links
    group by issue_key
),

dated as (
    select
        issues.issue_key as issue_key,
        issues.instance as instance,
        issues.team as team,
        issues.issue_type as issue_type,
        issues.level as level,
        issues.sprint as sprint,
        issues.readable_id as readable_id,
        issues.title as title,
        cast(work.works as {{ type_bigint() }}) as pull_requests,
        issues.created_at as created_at,
        coalesce(
            least(plans.first_planned_at, flow.first_started_at),
            plans.first_planned_at,
            flow.first_started_at
        ) as planned_at,
        work.first_commit_at as first_commit_at,
        work.first_opened_at as opened_at,
        work.all_merged_at as merged_at,
        work.all_deployed_at as deployed_at
    from work
    inner join {{ published('fct_issues') }} as issues on work.issue_key = issues.issue_key
    inner join {{ published('fct_issue_flow') }} as flow on work.issue_key = flow.issue_key
    left join plans on work.issue_key = plans.issue_key
),

final as (
    select
        {% for stage, begin, end in [
            ('issue', 'created_at', 'planned_at'), ('plan', 'planned_at', 'first_commit_at'),
            ('code', 'first_commit_at', 'opened_at'), ('review', 'opened_at', 'merged_at'),
            ('staging', 'merged_at', 'deployed_at'),
        ] -%}
        case when {{ begin }} <= {{ end }} then {{ seconds_between(begin, end) }} end
            as {{ stage }}_seconds,
        {% endfor -%}
        *
    from dated
)

select * from final
