with final as (
    select
        {{ surrogate_key(setting('instance'), ['statuses.deployment_id', 'statuses.status_id']) }}
            as status_key,
        placed.deployment_key as deployment_key,
        {{ setting('instance') }} as instance,
        placed.team as team,
        statuses.status_id as status_id,
        statuses.status as status,
        statuses.happened_at as happened_at,
        statuses.environment as environment,
        statuses.description as description,
        {{ surrogate_key(setting('instance'), ['statuses.creator_id']) }} as creator_key
    from {{ staged('deployment_statuses') }} as statuses
    inner join {{ ref('int_deployments') }} as placed
        on statuses.deployment_id = placed.deployment_id
)

select * from final
