{# What issues are sub-tasks of now, by the last change that names the parent. #}
with sides as (
    select
        instance,
        issue_key,
        old_value as parent_id,
        changed_at,
        event_order,
        change_key,
        0 as is_there
    from {{ published('fct_issue_changes') }}
    where field in ('parent', 'subtask:inward', 'link:subtask of') and old_value is not null
    union all
    select
        instance,
        issue_key,
        new_value as parent_id,
        changed_at,
        event_order,
        change_key,
        1 as is_there
    from {{ published('fct_issue_changes') }}
    where field in ('parent', 'subtask:inward', 'link:subtask of') and new_value is not null
),

numbered as (
    select
        *,
        row_number() over (
            partition by issue_key, parent_id
            order by changed_at desc, event_order desc, is_there desc, change_key desc
        ) as choice
    from sides
),

final as (
    select
        instance,
        issue_key,
        {{ surrogate_key('instance', ['parent_id']) }} as parent_key
    from numbered
    where choice = 1 and is_there = 1
)

select * from final
