{# Issues and pull requests that belong together, whichever instances they are of: by the key that
   the source tells, else by what people call the issue. That a pull request mentions an issue is
   told by the issue. One that was transferred goes by its key of today. #}
with links as (
    select
        pull_request_key,
        instance as link_instance,
        link_type,
        issue_key,
        {{ lower_ascii('target_ref') }} as target_ref
    from {{ published('fct_pull_request_links') }}
    union distinct
    select
        {{ surrogate_key('instance', ['subject_id']) }} as pull_request_key,
        instance as link_instance,
        'cross_reference' as link_type,
        issue_key,
        cast(null as {{ type_text() }}) as target_ref
    from {{ published('fct_issue_events') }}
    where kind = 'CrossReferencedEvent' and subject_kind = 'PullRequest'
),

-- The casts let a left join return null, whatever a ClickHouse session is set to.
redirects as (
    select distinct
        item_key,
        cast(current_item_key as {{ type_text() }}) as current_key
    from {{ published('fct_transfers') }}
    where is_redirect
),

issues as (
    select
        issue_key,
        instance,
        {{ lower_ascii('readable_id') }} as readable_id
    from {{ published('fct_issues') }}
),

-- What several instances call by one name is the one of the pull request's own.
named as (
    select
        links.pull_request_key as pull_request_key,
        issues.issue_key as issue_key,
        links.link_type as link_type,
        case when issues.instance = links.link_instance then 0 else 1 end as is_elsewhere,
        min(case when issues.instance = links.link_instance then 0 else 1 end) over (
            partition by links.pull_request_key, links.link_type, links.target_ref
        ) as is_elsewhere_only
    from links
    inner join issues on links.target_ref = issues.readable_id
    where links.issue_key is null
),

found as (
    select
        links.pull_request_key as pull_request_key,
        issues.issue_key as issue_key,
        links.link_type as link_type
    from links
    inner join issues on links.issue_key = issues.issue_key
    union distinct
    select
        pull_request_key,
        issue_key,
        link_type
    from named
    where is_elsewhere = is_elsewhere_only
),

moved as (
    select
        found.pull_request_key as pull_request_key,
        coalesce(redirects.current_key, found.issue_key) as issue_key,
        found.link_type as link_type
    from found
    left join redirects on found.issue_key = redirects.item_key
),

grouped as (
    select
        {% for link_type in [
            'closes', 'connected', 'cross_reference', 'keyword', 'title', 'branch',
        ] -%}
        cast(
            max(case when link_type = '{{ link_type }}' then 1 else 0 end) = 1
            as {{ type_boolean() }}
        ) as is_by_{{ link_type }},
        {% endfor -%}
        issue_key,
        pull_request_key
    from moved
    group by issue_key, pull_request_key
),

final as (
    select
        grouped.issue_key as issue_key,
        grouped.pull_request_key as pull_request_key,
        issues.instance as issue_instance,
        issues.readable_id as issue_readable_id,
        issues.title as issue_title,
        pull_requests.instance as instance,
        pull_requests.readable_id as readable_id,
        pull_requests.title as title,
        pull_requests.team as team,
        pull_requests.outcome as outcome,
        -- A mention alone says that somebody wrote of it, not that it is worked on.
        cast(
            grouped.is_by_closes or grouped.is_by_connected or grouped.is_by_keyword
            or grouped.is_by_title or grouped.is_by_branch as {{ type_boolean() }}
        ) as is_implementation,
        grouped.is_by_closes as is_by_closes,
        grouped.is_by_connected as is_by_connected,
        grouped.is_by_cross_reference as is_by_cross_reference,
        grouped.is_by_keyword as is_by_keyword,
        grouped.is_by_title as is_by_title,
        grouped.is_by_branch as is_by_branch,
        pull_requests.first_commit_at as first_commit_at,
        pull_requests.created_at as created_at,
        pull_requests.first_review_at as first_review_at,
        pull_requests.merged_at as merged_at
    from grouped
    inner join {{ published('fct_pull_requests') }} as pull_requests
        on grouped.pull_request_key = pull_requests.pull_request_key
    inner join {{ published('fct_issues') }} as issues on grouped.issue_key = issues.issue_key
)

select * from final
