{# Who had an issue when. An assignment of no length is none, and one to the same person again
   continues the one before. #}
with stretches as (
    select
        issue_id,
        nullif(value, '') as user_id,
        begins_at,
        {{ lag("coalesce(value, '')") }} over (
            partition by issue_id order by begins_at
        ) as previous_id
    from {{ ref('int_issue_values') }}
    where field = 'assignee'
),

visits as (
    select
        issue_id,
        user_id,
        begins_at,
        {{ lead('begins_at') }} over (partition by issue_id order by begins_at) as ends_at
    from stretches
    where previous_id is null or previous_id <> coalesce(user_id, '')
),

final as (
    select
        issue_id,
        cast(row_number() over (partition by issue_id order by begins_at) as {{ type_bigint() }})
            as sequence,
        user_id,
        begins_at as assigned_at,
        ends_at as released_at,
        {{ seconds_between('begins_at', 'ends_at') }} as duration_seconds
    from visits
    where user_id is not null
)

select * from final
