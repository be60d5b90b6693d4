{# The steps of pull requests: half-open, without a gap, from the first commit or the creation to
   the merge or closing. What holds for no time is left out. #}
with lasting as (
    select
        pull_request_id,
        event_order,
        happened_at,
        step,
        row_number() over (
            partition by pull_request_id, happened_at order by event_order desc
        ) as choice
    from {{ ref('int_pull_request_states') }}
),

compared as (
    select
        pull_request_id,
        event_order,
        happened_at,
        step,
        {{ lag('step') }} over (partition by pull_request_id order by happened_at, event_order)
            as previous_step
    from lasting
    where choice = 1
),

entered as (
    select
        pull_request_id,
        event_order,
        step,
        happened_at as entered_at,
        {{ lead('happened_at') }} over (
            partition by pull_request_id order by happened_at, event_order
        ) as left_at
    from compared
    where previous_step is null or previous_step <> step
),

final as (
    select
        pull_request_id,
        cast(row_number() over (
            partition by pull_request_id order by entered_at, event_order
        ) as {{ type_bigint() }}) as sequence,
        step,
        entered_at,
        left_at,
        {{ seconds_between('entered_at', 'left_at') }} as duration_seconds
    from entered
    where step <> 'closed' or left_at is not null
)

select * from final
