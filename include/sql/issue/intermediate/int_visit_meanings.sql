{# What the statuses meant that issues entered: in the project that they were in, and on that day.
   One for the project goes before one for all, then the latest. #}
with candidates as (
    select
        names.status_id as status_id,
        projects.project_id as project_id,
        meanings.project_ref as project_ref,
        meanings.valid_from as valid_from,
        meanings.category as category,
        meanings.is_waiting as is_waiting,
        meanings.outcome as outcome,
        names.choice as name_choice,
        names.status_ref as status_ref
    from {{ settings_table('status') }} as meanings
    inner join {{ ref('int_status_names') }} as names on meanings.status_id = names.status_ref
    left join {{ ref('int_project_names') }} as projects
        on meanings.project_ref = projects.project_ref
    where
        (meanings.project_ref is not null or meanings.valid_from is not null)
        and (meanings.project_ref is null or projects.project_id is not null)
),

visits as (
    select
        visits.issue_id as issue_id,
        visits.position as position,
        visits.status_id as status_id,
        visits.entered_at as entered_at,
        attributes.project_id as project_id
    from {{ ref('int_status_changes') }} as visits
    inner join {{ ref('int_issue_attributes') }} as attributes
        on visits.issue_id = attributes.issue_id
    where
        visits.status_id in (select status_id from candidates)
        and attributes.begins_at <= visits.entered_at
        and (attributes.ends_at is null or attributes.ends_at > visits.entered_at)
),

ranked as (
    select
        visits.issue_id as issue_id,
        visits.position as position,
        candidates.category as category,
        candidates.is_waiting as is_waiting,
        candidates.outcome as outcome,
        row_number() over (
            partition by visits.issue_id, visits.position
            order by
                case when candidates.project_id is null then 1 else 0 end asc,
                case when candidates.valid_from is null then 1 else 0 end asc,
                candidates.valid_from desc,
                candidates.name_choice asc,
                candidates.project_ref asc,
                candidates.status_ref asc
        ) as choice
    from visits
    inner join candidates on visits.status_id = candidates.status_id
    where
        (candidates.project_id is null or candidates.project_id = visits.project_id)
        and (candidates.valid_from is null or candidates.valid_from <= visits.entered_at)
),

final as (
    select
        issue_id,
        position,
        category,
        is_waiting,
        outcome
    from ranked
    where choice = 1
)

select * from final
