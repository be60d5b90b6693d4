{# Milestones. One without a due date comes before all others. #}
with present as (
    select
        *,
        row_number() over (
            partition by milestone_id
            order by last_told_at desc, first_told_at desc, milestone_id desc
        ) as choice
    from {{ ref('stg_github__milestones') }}
    where milestone_id in (select record_id from {{ raw('milestones') }})
),

final as (
    select
        'milestone:' || milestone_id as sprint_id,
        title as name,
        cast(null as {{ type_text() }}) as slug,
        repository_id as project_id,
        number as sprint_number,
        coalesce({{ seconds_between(epoch_to_timestamp('0'), 'due_at') }}, 0) as sprint_rank,
        state as status,
        created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        due_at as ends_at
    from present
    where choice = 1
)

select * from final
