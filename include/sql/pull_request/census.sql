{# The published pull requests, and whether an earlier census marked them as gone. #}
with final as (
    select
        pull_request_id as record_id,
        missing_reason is not null as is_gone
    from {{ published('fct_pull_requests') }}
    where instance = {{ setting('instance') }}
)

select * from final
