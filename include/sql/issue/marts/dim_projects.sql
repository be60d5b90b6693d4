{# Projects that occur only in facts are deleted or hidden from the token's user. #}
with unlisted as (
    select
        mentioned.project_key as project_key,
        substring(mentioned.project_key, length({{ setting('instance') }}) + 2) as project_id
    from {{ mentioned('dim_projects') }} as mentioned
    left join {{ ref('int_projects') }} as known on mentioned.project_key = known.project_key
    left join {{ ref('int_sprints') }} as sprints on mentioned.project_key = sprints.sprint_key
    where known.project_key is null and sprints.sprint_key is null
),

projects as (
    select
        project_key,
        project_id,
        project_number,
        name,
        slug,
        team,
        parent_project_key,
        status,
        is_known,
        created_at
    from {{ ref('int_projects') }}
    union all
    select
        project_key,
        project_id,
        cast(null as {{ type_bigint() }}) as project_number,
        project_id as name,
        cast(null as {{ type_text() }}) as slug,
        project_id as team,
        cast(null as {{ type_text() }}) as parent_project_key,
        cast(null as {{ type_text() }}) as status,
        false as is_known,
        cast(null as {{ type_timestamp() }}) as created_at
    from unlisted
),

final as (
    select
        project_key,
        {{ setting('instance') }} as instance,
        project_id,
        project_number,
        name,
        slug,
        team,
        parent_project_key,
        status,
        is_known,
        created_at
    from projects
)

select * from final
