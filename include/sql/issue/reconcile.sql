{# The published issues that are open, or were closed since a moment: what the time of their last
   update does not show may still happen to them. #}
with final as (
    select issue_id as record_id
    from {{ published('fct_issues') }}
    where
        instance = {{ setting('instance') }}
        and missing_reason is null
        and (closed_at is null or closed_at >= {{ iso_to_timestamp(setting('closed_since')) }})
)

select * from final
