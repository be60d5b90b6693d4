{# From when to when an edge led from an issue to another one: from the change that adds it to the
   one that removes it. Told twice, it has not ended in between; an end without a beginning: it was
   there from the creation on. #}
with sides as (
    select
        changes.change_id as change_id,
        changes.issue_id as issue_id,
        changes.edge_kind as edge_kind,
        changes.other_id as other_id,
        changes.is_beginning as is_beginning,
        changes.event_order as event_order,
        changes.actor_id as actor_id,
        issues.created_at as created_at,
        greatest(changes.changed_at, issues.created_at) as happened_at
    from {{ staged('edge_changes') }} as changes
    inner join {{ staged('issues') }} as issues on changes.issue_id = issues.issue_id
),

compared as (
    select
        *,
        {{ lag('is_beginning') }} over (
            partition by issue_id, edge_kind, other_id
            order by happened_at, event_order, change_id
        ) as was_beginning
    from sides
),

followed as (
    select
        *,
        {{ lead('happened_at') }} over history as next_at,
        {{ lead('actor_id') }} over history as next_actor_id
    from compared
    where was_beginning is null or was_beginning <> is_beginning
    window history as (
        partition by issue_id, edge_kind, other_id order by happened_at, event_order, change_id
    )
),

stretches as (
    select
        issue_id,
        edge_kind,
        other_id,
        happened_at as added_at,
        next_at as removed_at,
        actor_id as added_by_id,
        next_actor_id as removed_by_id
    from followed
    where is_beginning
    union all
    select
        issue_id,
        edge_kind,
        other_id,
        created_at as added_at,
        happened_at as removed_at,
        cast(null as {{ type_text() }}) as added_by_id,
        actor_id as removed_by_id
    from followed
    where not is_beginning and was_beginning is null
),

final as (
    select
        issue_id,
        edge_kind,
        other_id,
        cast(
            row_number() over (
                partition by issue_id, edge_kind, other_id order by added_at
            ) as {{ type_bigint() }}
        ) as sequence,
        added_at,
        removed_at,
        added_by_id,
        removed_by_id
    from stretches
    where removed_at is null or added_at < removed_at
)

select * from final
