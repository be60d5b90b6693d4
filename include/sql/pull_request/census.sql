{# The published pull requests, whether an earlier census marked them as gone, their addresses. #}
with final as (
    select
        pull_request_id as record_id,
        missing_reason is not null as is_gone,
        url
    from {{ published('fct_pull_requests') }}
    where instance = {{ setting('instance') }}
)

select * from final
