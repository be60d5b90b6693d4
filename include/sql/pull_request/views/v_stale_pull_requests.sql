{# Open pull requests measured when read, without what is deleted or out of sight: unreviewed
   after a day of waiting, stale after two weeks without anything. Drafts wait for nobody. #}
{% set unreviewed_after = 86400 -%}
{% set stale_after = 14 * 86400 -%}
with open_pull_requests as (
    select * from {{ published('fct_pull_requests') }}
    where outcome = 'open' and missing_reason is null
),

latest as (
    select
        pull_request_key,
        -- Whoever writes a commit says when.
        max(least(happened_at, {{ now() }})) as last_event_at
    from {{ published('fct_pull_request_events') }}
    where kind not in ('MentionedEvent', 'SubscribedEvent', 'UnsubscribedEvent')
    group by pull_request_key
),

measured as (
    select
        {% for name in [
            'pull_request_key', 'instance', 'team', 'size_class', 'readable_id', 'title', 'url',
            'is_draft', 'is_author_bot', 'created_at', 'waits_from', 'first_review_at',
        ] -%}
        pull_requests.{{ name }} as {{ name }},
        {% endfor -%}
        steps.step as step,
        steps.entered_at as step_entered_at,
        greatest(
            coalesce(latest.last_event_at, pull_requests.created_at), pull_requests.created_at
        ) as last_event_at,
        {{ seconds_between('pull_requests.waits_from', now()) }} as waited_seconds
    from open_pull_requests as pull_requests
    left join latest on pull_requests.pull_request_key = latest.pull_request_key
    left join {{ published('fct_pull_request_steps') }} as steps
        on pull_requests.pull_request_key = steps.pull_request_key and steps.is_current
),

final as (
    select
        pull_request_key,
        instance,
        team,
        size_class,
        readable_id,
        title,
        url,
        is_draft,
        is_author_bot,
        step,
        created_at,
        last_event_at,
        waits_from,
        case when first_review_at is null then waited_seconds end as waiting_for_review_seconds,
        {{ seconds_between('created_at', now()) }} as age_seconds,
        {{ seconds_between('step_entered_at', now()) }} as seconds_in_step,
        {{ seconds_between('last_event_at', now()) }} as seconds_since_last_event,
        cast(
            coalesce(
                not is_draft
                and first_review_at is null
                and waited_seconds > {{ unreviewed_after }}, false
            ) as {{ type_boolean() }}
        ) as is_unreviewed,
        cast(
            {{ seconds_between('last_event_at', now()) }} > {{ stale_after }}
            as {{ type_boolean() }}
        ) as is_stale
    from measured
)

select * from final
