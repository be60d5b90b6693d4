{# The published issues, whether an earlier census marked them as gone, and their addresses. #}
with final as (
    select
        issue_id as record_id,
        missing_reason is not null as is_gone,
        url
    from {{ published('fct_issues') }}
    where instance = {{ setting('instance') }}
)

select * from final
