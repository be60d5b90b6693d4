{# What holds for an issue on a workboard after each edit that concerns it. A project below the
   board's own decides, the one that came last if there are several. #}
with events as (
    select
        *,
        row_number() over (
            partition by issue_id, board_id, step order by event_order desc, project_id asc
        ) as from_last,
        row_number() over (
            partition by issue_id, board_id, step
            order by case when direction = 0 then 0 else 1 end, event_order, project_id
        ) as move_from_first,
        row_number() over (
            partition by issue_id, board_id, step
            order by
                case when direction = 0 then 0 else 1 end asc, event_order desc, project_id asc
        ) as move_from_last
    from {{ ref('int_board_events') }}
),

steps as (
    select
        issue_id,
        board_id,
        step,
        min(changed_at) as changed_at,
        max(case when from_last = 1 then actor_id end) as actor_id,
        max(case when direction = 0 and move_from_last = 1 then column_id end) as moved_to,
        max(case when direction = 0 and move_from_first = 1 then from_column_id end) as moved_from
    from events
    group by 1, 2, 3
),

stays as (
    select
        *,
        {{ lead('step') }} over (
            partition by issue_id, board_id, project_id order by step, event_order
        ) as left_step
    from {{ ref('int_board_events') }}
    where direction <> 0
),

present as (
    select
        steps.issue_id as issue_id,
        steps.board_id as board_id,
        steps.step as step,
        stays.is_own as is_own,
        stays.column_id as column_id,
        row_number() over (
            partition by steps.issue_id, steps.board_id, steps.step
            order by
                case when stays.is_own then 1 else 0 end asc,
                stays.step desc,
                stays.event_order asc,
                stays.project_id asc
        ) as choice
    from steps
    inner join stays on steps.issue_id = stays.issue_id and steps.board_id = stays.board_id
    where
        stays.direction = 1
        and stays.step <= steps.step
        and coalesce(stays.left_step, steps.step + 1) > steps.step
),

final as (
    select
        steps.issue_id as issue_id,
        steps.board_id as board_id,
        steps.step as step,
        steps.changed_at as changed_at,
        steps.actor_id as actor_id,
        case
            when present.is_own is null then 'off'
            when present.is_own then 'own'
            when present.column_id is null then 'not shown'
            else present.column_id
        end as state,
        present.column_id as proxy_column_id,
        steps.moved_to as moved_to,
        steps.moved_from as moved_from
    from steps
    left join present
        on
            steps.issue_id = present.issue_id
            and steps.board_id = present.board_id
            and steps.step = present.step
            and present.choice = 1
)

select * from final
