{# Whom comments mention, by user name; their texts are not kept. The frozen call tells a comment as
   it is now, the other one all of its versions, the newest first. #}
{% set pattern = "'(?:^|[^A-Za-z0-9_@.-])@([A-Za-z0-9._-]*[A-Za-z0-9_-])'" %}
with comments as (
    select * from {{ ref('stg_phabricator__transactions') }}
    where change_type in ('comment', 'core:comment')
),

told as (
    select
        record_id as event_id,
        {{ json_text('payload', ['comments']) }} as body
    from {{ raw('task_transactions') }}
),

records as (
    select * from {{ raw('transactions') }}
),

versions as (
    select
        records.record_id,
        {{ json_text('version_item', ['content', 'raw']) }} as body,
        place
    from records
    {{ join_numbered_json_items('records.payload', ['comments'], 'version_item', 'place') }}
),

bodies as (
    select
        comments.event_id as event_id,
        comments.issue_id as issue_id,
        comments.event_order as event_order,
        comments.changed_at as changed_at,
        comments.actor_id as actor_id,
        coalesce(told.body, versions.body, '') as body
    from comments
    left join told on comments.event_id = told.event_id
    left join versions on comments.event_id = versions.record_id and versions.place = 1
),

found as (
    select
        bodies.event_id,
        bodies.issue_id,
        bodies.event_order,
        bodies.changed_at,
        bodies.actor_id,
        mentioned_name
    from bodies
    {{ join_matches('bodies.body', pattern, 'mentioned_name') }}
),

final as (
    select distinct
        event_id,
        issue_id,
        event_order,
        changed_at,
        actor_id,
        {{ lower_ascii('mentioned_name') }} as username
    from found
    where mentioned_name is not null
)

select * from final
