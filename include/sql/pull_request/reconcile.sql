{# The published pull requests that are open, or were closed since a moment. #}
with final as (
    select pull_request_id as record_id
    from {{ published('fct_pull_requests') }}
    where
        instance = {{ setting('instance') }}
        and missing_reason is null
        and (closed_at is null or closed_at >= {{ iso_to_timestamp(setting('closed_since')) }})
)

select * from final
