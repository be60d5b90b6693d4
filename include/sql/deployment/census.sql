{# The published deployments, and whether an earlier census marked them as gone. #}
with final as (
    select
        deployment_id as record_id,
        missing_reason is not null as is_gone
    from {{ published('fct_deployments') }}
    where instance = {{ setting('instance') }}
)

select * from final
