{# The timelines of issues and of pull requests. #}
{% set columns = [
    'instance', 'team', 'event_id', 'event_order', 'kind', 'is_known_kind', 'happened_at',
    'actor_key', 'actor_login', 'subject_id', 'subject_kind', 'old_value', 'new_value', 'state',
    'commit_oid',
] -%}
with final as (
    select
        event_key,
        'issue' as item_type,
        issue_key as item_key,
        {{ columns | join(', ') }}
    from {{ published('fct_issue_events') }}
    union all
    select
        event_key,
        'pull_request' as item_type,
        pull_request_key as item_key,
        {{ columns | join(', ') }}
    from {{ published('fct_pull_request_events') }}
)

select * from final
