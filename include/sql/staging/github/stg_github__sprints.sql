{# Milestones with a due date. The latest one that is due is an issue's current sprint. #}
with present as (
    select
        milestones.*,
        row_number() over (
            partition by milestones.milestone_id
            order by milestones.last_told_at desc, milestones.first_told_at desc
        ) as choice
    from {{ ref('stg_github__milestones') }} as milestones
    where milestones.milestone_id in (select record_id from {{ raw('milestones') }})
),

final as (
    select
        'milestone:' || milestone_id as sprint_id,
        title as name,
        cast(null as {{ type_text() }}) as slug,
        repository_id as project_id,
        number as sprint_number,
        {{ seconds_between(epoch_to_timestamp('0'), 'due_at') }} as sprint_rank,
        state as status,
        created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        due_at as ends_at
    from present
    where choice = 1 and due_at is not null
)

select * from final
