{# Changes of fields that hold one value; lists and board moves are models of their own. Statuses
   had numbers before they had names; no status of today consists of digits only. A status that is
   set together with the creation has none before it. #}
{% set former_statuses = ['open', 'resolved', 'wontfix', 'invalid', 'duplicate', 'spite'] %}
with creations as (
    select edit_id from {{ ref('stg_phabricator__transactions') }}
    where change_type in ('create', 'core:create')
),

transactions as (
    select * from {{ ref('stg_phabricator__transactions') }}
    where
        change_type not in ('projects', 'subscribers')
        and change_type not in ('core:subscribers', 'core:edge', 'core:columns')
),

valued as (
    select
        event_id,
        issue_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        case change_type
            when 'create' then 'created'
            when 'core:create' then 'created'
            when 'core:comment' then 'comment'
            when 'owner' then 'assignee'
            when 'reassign' then 'assignee'
            when 'points' then 'estimate'
            when 'core:subtype' then 'issue_type'
            when 'subtype' then 'issue_type'
            when 'core:customfield' then 'custom:' || replace(custom_field, 'std:maniphest:', '')
            else replace(replace(change_type, 'core:', ''), '-', '_')
        end as field,
        case
            when change_type = 'status' and edit_id in (select edit_id from creations) then null
            else old_value
        end as old_value,
        new_value
    from transactions
),

named as (
    select
        event_id,
        issue_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        field,
        case
            {% for name in former_statuses -%}
            when field = 'status' and old_value = '{{ loop.index0 }}' then '{{ name }}'
            {% endfor -%}
            else old_value
        end as old_value,
        case
            {% for name in former_statuses -%}
            when field = 'status' and new_value = '{{ loop.index0 }}' then '{{ name }}'
            {% endfor -%}
            else new_value
        end as new_value
    from valued
),

final as (
    select
        event_id as change_id,
        issue_id,
        event_id,
        event_order,
        edit_id,
        changed_at,
        actor_id,
        field,
        old_value,
        new_value
    from named
    where field in ('created', 'comment') or coalesce(old_value, '') <> coalesce(new_value, '')
)

select * from final
