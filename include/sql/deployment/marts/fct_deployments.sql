with tombstones as (
    select
        tombstones.deployment_id as deployment_id,
        tombstones.record_state as record_state,
        tombstones.found_at as found_at
    from {{ ref('stg_deployment__tombstones') }} as tombstones
    inner join {{ staged('deployments') }} as deployments
        on tombstones.deployment_id = deployments.deployment_id
    -- One that was edited after the census exists.
    where tombstones.record_state <> 'present' and deployments.updated_at <= tombstones.found_at
),

final as (
    select
        placed.deployment_key as deployment_key,
        {{ setting('instance') }} as instance,
        deployments.deployment_id as deployment_id,
        deployments.deployment_kind as deployment_kind,
        {{ surrogate_key(setting('instance'), ['deployments.project_id']) }} as project_key,
        placed.team as team,
        deployments.environment as environment,
        deployments.is_production as is_production,
        deployments.name as name,
        deployments.url as url,
        deployments.ref_name as ref_name,
        deployments.commit_oid as commit_oid,
        deployments.committed_at as committed_at,
        deployments.created_at as created_at,
        deployments.started_at as started_at,
        deployments.finished_at as finished_at,
        deployments.status as status,
        deployments.status = 'failure' as is_failed,
        deployments.source_state as source_state,
        {{ surrogate_key(setting('instance'), ['deployments.creator_id']) }} as creator_key,
        deployments.creator_login as creator_login,
        deployments.updated_at as updated_at,
        tombstones.record_state as missing_reason,
        tombstones.found_at as missing_since
    from {{ staged('deployments') }} as deployments
    inner join {{ ref('int_deployments') }} as placed
        on deployments.deployment_id = placed.deployment_id
    left join tombstones on deployments.deployment_id = tombstones.deployment_id
)

select * from final
