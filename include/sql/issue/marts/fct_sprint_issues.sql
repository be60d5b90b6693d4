{# Team, type and level are those that held when the sprint ended. Estimates are those that held
   when the issue came to count, and when the sprint ended or it was removed. #}
with estimates as (
    select
        scopes.issue_id as issue_id,
        scopes.sprint_id as sprint_id,
        max(
            case
                when
                    stretches.begins_at <= scopes.counts_from
                    and (stretches.ends_at is null or stretches.ends_at > scopes.counts_from)
                    then {{ text_to_decimal('stretches.value') }}
            end
        ) as at_start,
        max(
            case
                when
                    (
                        coalesce(scopes.removed_at, scopes.ends_at) is null
                        or stretches.begins_at < coalesce(scopes.removed_at, scopes.ends_at)
                    )
                    and (
                        stretches.ends_at is null
                        or stretches.ends_at >= coalesce(scopes.removed_at, scopes.ends_at)
                    )
                    then {{ text_to_decimal('stretches.value') }}
            end
        ) as at_end
    from {{ ref('int_sprint_scopes') }} as scopes
    inner join {{ ref('int_issue_values') }} as stretches on scopes.issue_id = stretches.issue_id
    where stretches.field = 'estimate' and scopes.counts_from is not null
    group by 1, 2
),

members as (
    select distinct
        stays.issue_id as issue_id,
        stays.sprint_id as sprint_id,
        sprints.sprint_key as sprint_key,
        sprints.name as name,
        sprints.starts_at as starts_at,
        stays.ends_at as ends_at
    from {{ ref('int_sprint_stays') }} as stays
    inner join {{ ref('int_sprints') }} as sprints on stays.sprint_id = sprints.sprint_id
),

final as (
    select
        {{ surrogate_key('filters.issue_key', ['members.sprint_id']) }} as sprint_issue_key,
        filters.issue_key as issue_key,
        {{ setting('instance') }} as instance,
        members.sprint_key as sprint_key,
        attributes.team as team,
        attributes.issue_type as issue_type,
        attributes.level as level,
        members.name as sprint,
        {{ quarter_of('members.starts_at', setting('reporting_timezone')) }} as quarter,
        scopes.was_committed as was_committed,
        scopes.was_added as was_added,
        scopes.was_removed as was_removed,
        case
            when scopes.was_committed or scopes.was_added
                then coalesce(
                    estimates.at_start <> estimates.at_end,
                    estimates.at_start is not null or estimates.at_end is not null
                )
            when scopes.sprint_id is not null then false
        end as was_re_estimated,
        scopes.is_completed as is_completed,
        scopes.is_discarded as is_discarded,
        scopes.is_open_at_end as is_open_at_end,
        scopes.added_at as added_at,
        scopes.removed_at as removed_at,
        estimates.at_start as estimate_at_start,
        estimates.at_end as estimate_at_end
    from members
    inner join {{ ref('int_issue_filters') }} as filters on members.issue_id = filters.issue_id
    inner join {{ ref('int_issue_attributes') }} as attributes
        on members.issue_id = attributes.issue_id
    left join {{ ref('int_sprint_scopes') }} as scopes
        on members.issue_id = scopes.issue_id and members.sprint_id = scopes.sprint_id
    left join estimates
        on members.issue_id = estimates.issue_id and members.sprint_id = estimates.sprint_id
    where
        (members.ends_at is null or attributes.begins_at < members.ends_at)
        and (attributes.ends_at is null or attributes.ends_at >= members.ends_at)
)

select * from final
