{# The end of each release task that has ended; its history belongs to the issue. #}
with records as (
    select * from {{ raw('release_tasks') }}
),

final as (
    select
        deployments.deployment_id as deployment_id,
        'closed' as status_id,
        deployments.status as status,
        deployments.finished_at as happened_at,
        deployments.environment as environment,
        cast(null as {{ type_text() }}) as description,
        {{ json_text('records.payload', ['fields', 'closerPHID']) }} as creator_id
    from {{ ref('stg_phabricator__deployments') }} as deployments
    inner join records on deployments.deployment_id = records.record_id
    where deployments.finished_at is not null
)

select * from final
