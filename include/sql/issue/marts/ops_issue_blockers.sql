with final as (
    select distinct
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        links.blocker_key as blocker_key
    from {{ ref('int_blocking_values') }} as links
    inner join {{ ref('int_issue_filters') }} as filters on links.issue_id = filters.issue_id
    where links.blocker_key is not null
)

select * from final
