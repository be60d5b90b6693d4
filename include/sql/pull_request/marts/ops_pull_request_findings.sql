with final as (
    select
        {{ surrogate_key(setting('instance'), ['findings.pull_request_id', 'findings.rule']) }}
            as finding_key,
        placed.pull_request_key as pull_request_key,
        {{ setting('instance') }} as instance,
        findings.rule as rule,
        findings.detail as detail
    from {{ staged('pull_request_findings') }} as findings
    inner join {{ ref('int_pull_requests') }} as placed
        on findings.pull_request_id = placed.pull_request_id
)

select * from final
