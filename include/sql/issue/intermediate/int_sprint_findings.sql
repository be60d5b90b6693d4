{# Issues of sprints whose dates contradict each other, or were edited after the start. #}
with sprints as (
    select
        sprint_id,
        name,
        case
            when ends_at <= starts_at then 'sprint_ends_before_it_begins'
            when
                coalesce(current_starts_at <> starts_at, current_starts_at is null)
                or coalesce(current_ends_at <> ends_at, ends_at is not null)
                then 'sprint_dates_edited'
        end as rule,
        case
            when ends_at <= starts_at
                then ' ends before it begins, so that it has no report'
            else ' has other dates than it began with; its report keeps those'
        end as problem
    from {{ ref('int_sprints') }}
    where starts_at is not null
),

final as (
    select distinct
        stays.issue_id as issue_id,
        sprints.rule as rule,
        sprints.sprint_id as subject_id,
        'the sprint ' || sprints.name || sprints.problem as detail
    from {{ ref('int_project_stays') }} as stays
    inner join sprints on stays.project_id = sprints.sprint_id
    where sprints.rule is not null
)

select * from final
