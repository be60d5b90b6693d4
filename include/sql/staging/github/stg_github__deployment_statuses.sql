with records as (
    select * from {{ raw('deployments') }}
),

members as (
    select
        records.record_id as deployment_id,
        {{ json_texts('item', {
            'status_id': ['id'], 'created': ['createdAt'], 'state': ['state'],
            'environment': ['environment'], 'description': ['description'],
            'creator_id': ['creator', 'id'],
        }) }}
    from records
    {{ join_json_items('records.payload', ['statuses', 'nodes'], 'item') }}
),

final as (
    select
        deployment_id,
        status_id,
        {{ lower_ascii('state') }} as status,
        {{ iso_to_timestamp('created') }} as happened_at,
        environment,
        description,
        creator_id
    from members
    where
        status_id is not null
        and state is not null
        and {{ iso_to_timestamp('created') }} is not null
)

select * from final
