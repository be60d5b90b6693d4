{# Transfers of issues and pull requests, and what the id that each was known by is today: redirects
   lead from one id to the next. #}
with recursive redirects as (
    select
        issue_key,
        moved_to_key
    from {{ published('fct_issue_transfers') }}
    where moved_to_key is not null
),

chains as (
    select
        issue_key,
        moved_to_key as current_key,
        1 as hops
    from redirects
    union all
    select
        chains.issue_key as issue_key,
        redirects.moved_to_key as current_key,
        chains.hops + 1 as hops
    from chains
    inner join redirects on chains.current_key = redirects.issue_key
    where chains.hops < 50
),

longest as (
    select
        issue_key,
        current_key,
        row_number() over (partition by issue_key order by hops desc, current_key asc) as choice
    from chains
),

moves as (
    select
        transfer_key,
        instance,
        'issue' as item_type,
        issue_key as item_key,
        event_order,
        transferred_at,
        from_project_key,
        to_project_key,
        actor_key,
        moved_to_key
    from {{ published('fct_issue_transfers') }}
    union all
    select
        event_key as transfer_key,
        instance,
        'pull_request' as item_type,
        pull_request_key as item_key,
        event_order,
        happened_at as transferred_at,
        {{ surrogate_key('instance', ['subject_id']) }} as from_project_key,
        cast(null as {{ type_text() }}) as to_project_key,
        actor_key,
        cast(null as {{ type_text() }}) as moved_to_key
    from {{ published('fct_pull_request_events') }}
    where kind = 'TransferredEvent'
),

final as (
    select
        moves.transfer_key as transfer_key,
        moves.instance as instance,
        moves.item_type as item_type,
        moves.item_key as item_key,
        moves.event_order as event_order,
        moves.transferred_at as transferred_at,
        moves.from_project_key as from_project_key,
        moves.to_project_key as to_project_key,
        moves.actor_key as actor_key,
        cast(moves.moved_to_key is not null as {{ type_boolean() }}) as is_redirect,
        moves.moved_to_key as moved_to_key,
        coalesce(longest.current_key, moves.item_key) as current_item_key
    from moves
    left join longest on moves.item_key = longest.issue_key and longest.choice = 1
)

select * from final
