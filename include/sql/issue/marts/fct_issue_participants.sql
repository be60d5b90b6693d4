with roles as (
    select
        issue_id,
        user_id,
        first_active_at,
        last_active_at,
        changes,
        0 as is_author,
        0 as is_assignee
    from {{ ref('int_issue_activity') }}
    union all
    select
        issue_id,
        author_id as user_id,
        cast(null as {{ type_timestamp() }}) as first_active_at,
        cast(null as {{ type_timestamp() }}) as last_active_at,
        cast(0 as {{ type_bigint() }}) as changes,
        1 as is_author,
        0 as is_assignee
    from {{ staged('issues') }}
    where author_id is not null
    union all
    select
        issue_id,
        user_id,
        cast(null as {{ type_timestamp() }}) as first_active_at,
        cast(null as {{ type_timestamp() }}) as last_active_at,
        cast(0 as {{ type_bigint() }}) as changes,
        0 as is_author,
        1 as is_assignee
    from {{ ref('int_issue_assignments') }}
),

participants as (
    select
        issue_id,
        user_id,
        min(first_active_at) as first_active_at,
        max(last_active_at) as last_active_at,
        cast(sum(changes) as {{ type_bigint() }}) as changes,
        max(is_author) = 1 as is_author,
        max(is_assignee) = 1 as is_assignee
    from roles
    group by 1, 2
),

final as (
    select
        {{ surrogate_key('filters.issue_key', ['participants.user_id']) }} as participant_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        filters.team as team,
        filters.issue_type as issue_type,
        filters.level as level,
        filters.sprint as sprint,
        filters.quarter as quarter,
        {{ surrogate_key(setting('instance'), ['participants.user_id']) }} as user_key,
        participants.first_active_at as first_active_at,
        participants.last_active_at as last_active_at,
        participants.changes as changes,
        participants.is_author as is_author,
        participants.is_assignee as is_assignee
    from participants
    inner join {{ ref('int_issue_filters') }} as filters
        on participants.issue_id = filters.issue_id
)

select * from final
