{# Entries in the order in which the API lists them: their ids ascend. One whose time cannot be read
   is left out, which is a finding. #}
with entries as (
    select
        record_id as event_id,
        parent_id as issue_id,
        payload,
        {{ json_texts('payload', {
            'entry_type': ['type'], 'updated': ['updatedAt'], 'actor_id': ['updatedBy', 'id'],
        }) }}
    from {{ raw('changelog') }}
),

dated as (
    select
        event_id,
        issue_id,
        {{ iso_to_timestamp('updated') }} as changed_at,
        actor_id,
        coalesce(entry_type, 'unknown') as entry_type,
        {{ json_part('payload', ['fields']) }} as changed_fields,
        {{ json_part('payload', ['links']) }} as changed_links,
        {{ json_part('payload', ['comments']) }} as changed_comments
    from entries
),

final as (
    select
        event_id,
        issue_id,
        cast(
            row_number() over (partition by issue_id order by changed_at, event_id)
            as {{ type_bigint() }}
        ) as event_order,
        changed_at,
        actor_id,
        entry_type,
        changed_fields,
        changed_links,
        changed_comments
    from dated
    where changed_at is not null
)

select * from final
