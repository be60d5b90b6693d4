{# What a pull request is after each event, and before the first one. #}
with commits as (
    select
        pull_request_id,
        min(coalesce(authored_at, happened_at)) as first_commit_at
    from {{ staged('pull_request_changes') }}
    where change = 'committed'
    group by 1
),

drafts as (
    select
        pull_request_id,
        change,
        row_number() over (partition by pull_request_id order by event_order) as choice
    from {{ ref('int_review_events') }}
    where change in ('drafted', 'readied')
),

beginnings as (
    select
        pull_requests.pull_request_id as pull_request_id,
        pull_requests.created_at as created_at,
        pull_requests.closed_at as closed_at,
        commits.first_commit_at as first_commit_at,
        case
            when drafts.change is not null then drafts.change = 'readied'
            else pull_requests.is_draft
        end as was_draft
    from {{ staged('pull_requests') }} as pull_requests
    left join commits on pull_requests.pull_request_id = commits.pull_request_id
    left join drafts
        on pull_requests.pull_request_id = drafts.pull_request_id and drafts.choice = 1
),

steps as (
    select
        pull_request_id,
        cast(-1 as {{ type_bigint() }}) as event_order,
        'begun' as change,
        least(coalesce(first_commit_at, created_at), created_at) as happened_at,
        false as is_review
    from beginnings
    union all
    select
        pull_request_id,
        cast(0 as {{ type_bigint() }}) as event_order,
        case when was_draft then 'drafted' else 'readied' end as change,
        created_at as happened_at,
        false as is_review
    from beginnings
    union all
    select
        events.pull_request_id as pull_request_id,
        events.event_order as event_order,
        events.change as change,
        events.ordered_at as happened_at,
        events.is_review_by_person as is_review
    from {{ ref('int_review_events') }} as events
    inner join beginnings on events.pull_request_id = beginnings.pull_request_id
    where
        events.change <> 'committed'
        and (beginnings.closed_at is null or events.ordered_at <= beginnings.closed_at)
    union all
    -- Where the timeline does not tell of the end.
    select
        pull_request_id,
        cast(1000000000 as {{ type_bigint() }}) as event_order,
        'closed' as change,
        closed_at as happened_at,
        false as is_review
    from beginnings
    where closed_at is not null
),

running as (
    select
        {% for name, condition in {
            'drafted': "change = 'drafted'", 'readied': "change = 'readied'",
            'ended': "change in ('closed', 'merged')", 'reopened': "change = 'reopened'",
            'reviewed': "is_review", 'asked': "change = 'requested'",
        }.items() -%}
        max(case when {{ condition }} then event_order else -2 end) over so_far as last_{{ name }},
        {% endfor -%}
        pull_request_id,
        event_order,
        happened_at
    from steps
    window so_far as (
        partition by pull_request_id order by event_order
        rows between unbounded preceding and current row
    )
),

decided as (
    select
        running.pull_request_id as pull_request_id,
        running.event_order as event_order,
        sum(case when reviews.state = 'approved' then 1 else 0 end) as approvals,
        sum(case when reviews.state = 'changes_requested' then 1 else 0 end) as refusals
    from running
    inner join {{ ref('int_reviews') }} as reviews
        on running.pull_request_id = reviews.pull_request_id
    where
        reviews.is_review_by_person
        and reviews.state in ('approved', 'changes_requested')
        and reviews.event_order <= running.event_order
        and coalesce(reviews.ends_order, running.event_order + 1) > running.event_order
    group by 1, 2
),

final as (
    select
        running.pull_request_id as pull_request_id,
        running.event_order as event_order,
        running.happened_at as happened_at,
        case
            when running.last_ended > running.last_reopened then 'closed'
            when running.last_drafted >= running.last_readied then 'coding'
            when decided.approvals > 0 and decided.refusals = 0 then 'waiting_for_merge'
            when running.last_reviewed > running.last_asked then 'in_review'
            else 'waiting_for_review'
        end as step
    from running
    left join decided
        on
            running.pull_request_id = decided.pull_request_id
            and running.event_order = decided.event_order
)

select * from final
