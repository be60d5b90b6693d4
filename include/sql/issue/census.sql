{# The published issues, and whether an earlier census marked them as gone. #}
with final as (
    select
        issue_id as record_id,
        missing_reason is not null as is_gone
    from {{ published('fct_issues') }}
    where instance = {{ setting('instance') }}
)

select * from final
