{# Which custom field of a project is the status, the assignee, ...: found by type and place, and
   by name only where several are of one type. The projects tell it; for an issue whose project is
   invisible, its own fields do. #}
with project_fields as (
    select * from {{ ref('stg_youtrack__project_fields') }}
),

fields as (
    select
        project_id as scope_id,
        project_field_id,
        field_id,
        name,
        field_type,
        place
    from project_fields
    union all
    select
        issue_id as scope_id,
        project_field_id,
        field_id,
        name,
        field_type,
        cast(null as {{ type_bigint() }}) as place
    from {{ ref('stg_youtrack__issue_fields') }}
    where project_id not in (select project_id from project_fields)
),

candidates as (
    select
        scope_id,
        project_field_id,
        field_id,
        place,
        case
            when substring(field_type, 1, 5) = 'state' then 'status'
            when field_type in ('user[1]', 'user') then 'assignee'
            when field_type in ('enum[1]', 'enum') and name in ('Type', 'Тип') then 'issue_type'
            when
                field_type in ('enum[1]', 'enum') and name in ('Priority', 'Приоритет')
                then 'priority'
            when
                field_type in ('integer', 'float')
                and name in ('Story points', 'Story Points', 'Estimation', 'Оценка')
                then 'estimate'
        end as role,
        case
            when name in ('Assignee', 'Исполнитель', 'Story points', 'Story Points') then 0
            else 1
        end as preference
    from fields
),

ranked as (
    select
        scope_id,
        field_id,
        role,
        row_number() over (
            partition by scope_id, role
            order by preference, coalesce(place, 0), length(project_field_id), project_field_id
        ) as choice
    from candidates
    where role is not null
),

final as (
    select
        scope_id,
        field_id,
        role
    from ranked
    where choice = 1
)

select * from final
