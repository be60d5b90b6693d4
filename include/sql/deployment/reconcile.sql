{# The published deployments since a moment: their statuses may follow. #}
with final as (
    select deployment_id as record_id
    from {{ published('fct_deployments') }}
    where
        instance = {{ setting('instance') }}
        and missing_reason is null
        and created_at >= {{ iso_to_timestamp(setting('closed_since')) }}
)

select * from final
