{# The issues that a pull request names, as found: by id where GitHub knows them, else by what
   people call them, of whatever tracker. #}
{% set keyword = '(?i)(?:^|[^a-z0-9_])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[[:space:]]+' -%}
{% set reference = '([a-z0-9_.-]+/[a-z0-9_.-]+#[0-9]+|#[0-9]+|[a-z][a-z0-9]*-[0-9]+|t[0-9]+)' -%}
{% set address = '(?:https?://[^/[:space:]]+/)([a-z0-9_.-]+/[a-z0-9_.-]+/issues/[0-9]+)' -%}
with records as (
    select * from {{ raw('pull_requests') }}
),

pull_requests as (
    select
        pull_request_id,
        repository,
        title,
        head_branch,
        title || ' ' || coalesce(body, '') as said
    from {{ ref('stg_github__pull_requests') }}
),

closing as (
    select
        records.record_id as pull_request_id,
        {{ json_texts('issue', {
            'id': ['id'], 'number': ['number'], 'repository': ['repository', 'nameWithOwner'],
        }) }}
    from records
    {{ join_json_items('records.payload', ['closingIssuesReferences', 'nodes'], 'issue') }}
),

connections as (
    select
        pull_request_id,
        subject_id,
        kind,
        row_number() over (
            partition by pull_request_id, subject_id order by event_order desc
        ) as choice
    from {{ ref('stg_github__pull_request_events') }}
    where kind in ('ConnectedEvent', 'DisconnectedEvent') and subject_kind = 'Issue'
),

found as (
    select
        pull_request_id,
        'closes' as link_type,
        id as target_id,
        repository || '#' || number as target_ref
    from closing
    union distinct
    select
        pull_request_id,
        'cross_reference' as link_type,
        subject_id as target_id,
        from_place || '#' || new_value as target_ref
    from {{ ref('stg_github__pull_request_events') }}
    where kind = 'CrossReferencedEvent' and subject_kind = 'Issue'
    union distinct
    select
        pull_request_id,
        'connected' as link_type,
        subject_id as target_id,
        cast(null as {{ type_text() }}) as target_ref
    from connections
    where choice = 1 and kind = 'ConnectedEvent'
    union distinct
    select
        pull_requests.pull_request_id,
        'keyword' as link_type,
        cast(null as {{ type_text() }}) as target_id,
        reference as target_ref
    from pull_requests
    {{ join_matches('pull_requests.said', text_literal(keyword ~ reference), 'reference') }}
    union distinct
    select
        pull_requests.pull_request_id,
        'keyword' as link_type,
        cast(null as {{ type_text() }}) as target_id,
        replace(reference, '/issues/', '#') as target_ref
    from pull_requests
    {{ join_matches('pull_requests.said', text_literal(keyword ~ address), 'reference') }}
    {% for link_type, text in {'title': 'title', 'branch': 'head_branch'}.items() -%}
    union distinct
    select
        pull_requests.pull_request_id,
        '{{ link_type }}' as link_type,
        cast(null as {{ type_text() }}) as target_id,
        reference as target_ref
    from pull_requests
    {{ join_matches('pull_requests.' ~ text, setting('branch_pattern'), 'reference') }}
    {% endfor -%}
),

named as (
    select
        found.pull_request_id as pull_request_id,
        found.link_type as link_type,
        found.target_id as target_id,
        case
            when found.target_ref like '#%' then pull_requests.repository || found.target_ref
            else found.target_ref
        end as target_ref
    from found
    inner join pull_requests on found.pull_request_id = pull_requests.pull_request_id
),

final as (
    select
        pull_request_id,
        link_type,
        min(target_id) as target_id,
        coalesce(target_ref, target_id) as target_ref
    from named
    where coalesce(target_ref, target_id) is not null
    group by pull_request_id, link_type, coalesce(target_ref, target_id)
)

select * from final
