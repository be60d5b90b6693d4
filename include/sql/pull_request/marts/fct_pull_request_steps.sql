with final as (
    select
        placed.pull_request_key || ':' || cast(steps.sequence as {{ type_text() }}) as step_key,
        placed.pull_request_key as pull_request_key,
        {{ setting('instance') }} as instance,
        placed.team as team,
        placed.size_class as size_class,
        steps.sequence as sequence,
        steps.step as step,
        steps.entered_at as entered_at,
        steps.left_at as left_at,
        steps.left_at is null as is_current,
        steps.duration_seconds as duration_seconds,
        cast(ended.working_seconds - began.working_seconds as {{ type_bigint() }})
            as working_duration_seconds,
        placed.calendar_key as calendar_key
    from {{ ref('int_pull_request_steps') }} as steps
    inner join {{ ref('int_pull_requests') }} as placed
        on steps.pull_request_id = placed.pull_request_id
    left join {{ ref('int_review_instants') }} as began
        on
            steps.pull_request_id = began.pull_request_id
            and steps.entered_at = began.instant
    left join {{ ref('int_review_instants') }} as ended
        on steps.pull_request_id = ended.pull_request_id and steps.left_at = ended.instant
)

select * from final
