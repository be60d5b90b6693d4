{# When issues were blocked: from the change that gives a field one of the configured values to the
   one that takes it away. Told twice, it is still blocked; values at the same time count once. #}
with events as (
    select
        changes.issue_id as issue_id,
        blockers.field || ':' || blockers.value as series,
        greatest(changes.changed_at, issues.created_at) as happened_at,
        coalesce(change_order.event_order, changes.event_order) as event_order,
        changes.change_id as change_id,
        coalesce(changes.new_value = blockers.value, false) as is_beginning,
        issues.created_at as created_at
    from {{ staged('issue_changes') }} as changes
    inner join {{ settings_table('blocked') }} as blockers on changes.field = blockers.field
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
    left join {{ ref('int_change_order') }} as change_order
        on changes.change_id = change_order.change_id
    where changes.old_value = blockers.value or changes.new_value = blockers.value
),

followed as (
    select
        *,
        {{ lead('happened_at') }} over history as next_at,
        {{ lag('is_beginning') }} over history as was_beginning
    from events
    window history as (
        partition by issue_id, series order by happened_at, event_order, change_id
    )
),

-- An end without a beginning: it was so from the creation on.
stretches as (
    select
        issue_id,
        happened_at as begins_at,
        next_at as ends_at
    from followed
    where is_beginning
    union all
    select
        issue_id,
        created_at as begins_at,
        happened_at as ends_at
    from followed
    where not is_beginning and was_beginning is null
),

compared as (
    select
        issue_id,
        begins_at,
        ends_at,
        max(coalesce(ends_at, {{ epoch_to_timestamp('5617123199') }})) over (
            partition by issue_id
            order by begins_at rows between unbounded preceding and 1 preceding
        ) as blocked_until
    from stretches
    where ends_at is null or begins_at < ends_at
),

grouped as (
    select
        *,
        sum(case when blocked_until >= begins_at then 0 else 1 end) over (
            partition by issue_id
            order by begins_at rows between unbounded preceding and current row
        ) as stretch
    from compared
),

final as (
    select
        issue_id,
        min(begins_at) as begins_at,
        case when count(*) = count(ends_at) then max(ends_at) end as ends_at
    from grouped
    group by issue_id, stretch
)

select * from final
