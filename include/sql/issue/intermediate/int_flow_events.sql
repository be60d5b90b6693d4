{# When issues were created, started for the first time, delivered, discarded and reopened, in the
   category that they entered by it. #}
with turns as (
    select
        issue_id,
        created_at as happened_at,
        'arrived' as event
    from {{ ref('int_milestones') }}
    union all
    select
        issue_id,
        first_started_at as happened_at,
        'started' as event
    from {{ ref('int_milestones') }}
    where first_started_at is not null
    union all
    select
        issue_id,
        completed_at as happened_at,
        outcome as event
    from {{ ref('int_completions') }}
    union all
    select
        issue_id,
        reopened_at as happened_at,
        'reopened' as event
    from {{ ref('int_completions') }}
    where reopened_at is not null
),

final as (
    select
        turns.issue_id as issue_id,
        turns.happened_at as happened_at,
        case
            when turns.event in ('delivered', 'discarded') then 'done'
            when turns.event = 'started' then 'in_progress'
            else states.category
        end as category,
        states.team as team,
        states.issue_type as issue_type,
        states.level as level,
        turns.event as step
    from turns
    inner join {{ ref('int_flow_states') }} as states on turns.issue_id = states.issue_id
    where
        states.begins_at <= turns.happened_at
        and (states.ends_at is null or states.ends_at > turns.happened_at)
)

select * from final
