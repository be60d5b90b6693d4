-- The last step ends with the merge or closing, and lasts while the pull request is open.
with ends as (
    select
        pull_request_key,
        max(sequence) as sequence
    from {{ ref('fct_pull_request_steps') }}
    group by 1
)

select
    steps.step_key,
    steps.left_at,
    pull_requests.closed_at
from ends
inner join {{ ref('fct_pull_request_steps') }} as steps
    on ends.pull_request_key = steps.pull_request_key and ends.sequence = steps.sequence
inner join {{ ref('fct_pull_requests') }} as pull_requests
    on ends.pull_request_key = pull_requests.pull_request_key
where
    (steps.left_at is null) <> (pull_requests.outcome = 'open')
    or steps.left_at <> pull_requests.closed_at
