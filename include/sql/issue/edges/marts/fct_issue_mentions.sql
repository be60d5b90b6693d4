with final as (
    select
        {{ surrogate_key(setting('instance'), ['mentions.event_id', 'mentions.username']) }}
            as mention_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.level as level,
        filters.sprint as sprint,
        filters.quarter as quarter,
        mentions.username as username,
        mentions.changed_at as mentioned_at,
        mentions.event_order as event_order,
        {{ surrogate_key(setting('instance'), ['mentions.actor_id']) }} as author_key
    from {{ staged('comment_mentions') }} as mentions
    inner join {{ ref('int_issue_filters') }} as filters on mentions.issue_id = filters.issue_id
)

select * from final
