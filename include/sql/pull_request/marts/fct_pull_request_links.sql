with final as (
    select
        {{ surrogate_key(
            setting('instance'), ['links.pull_request_id', 'links.link_type', 'links.target_ref']
        ) }} as link_key,
        placed.pull_request_key as pull_request_key,
        {{ setting('instance') }} as instance,
        links.link_type as link_type,
        links.target_ref as target_ref,
        {{ surrogate_key(setting('instance'), ['links.target_id']) }} as issue_key
    from {{ staged('pull_request_links') }} as links
    inner join {{ ref('int_pull_requests') }} as placed
        on links.pull_request_id = placed.pull_request_id
)

select * from final
