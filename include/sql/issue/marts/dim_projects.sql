{# Projects that only the touched issues mention are deleted, or invisible to the reader. #}
with mentioned as (
    select project_id from {{ staged('issue_projects') }}
    union distinct
    select coalesce(new_value, old_value) from {{ staged('issue_changes') }}
    where field = 'project'
),

projects as (
    select
        project_id,
        name,
        slug,
        team,
        parent_project_id,
        is_milestone,
        milestone_number,
        status,
        is_known,
        created_at,
        starts_at,
        ends_at
    from {{ ref('int_projects') }}
    union all
    select
        mentioned.project_id,
        mentioned.project_id as name,
        cast(null as {{ type_text() }}) as slug,
        mentioned.project_id as team,
        cast(null as {{ type_text() }}) as parent_project_id,
        false as is_milestone,
        cast(null as {{ type_bigint() }}) as milestone_number,
        cast(null as {{ type_text() }}) as status,
        false as is_known,
        cast(null as {{ type_timestamp() }}) as created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        cast(null as {{ type_timestamp() }}) as ends_at
    from mentioned
    left join {{ ref('int_projects') }} as known on mentioned.project_id = known.project_id
    where known.project_id is null
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['project_id']) }} as project_key,
        {{ setting('instance') }} as instance,
        project_id,
        name,
        slug,
        team,
        {{ surrogate_key(setting('instance'), ['parent_project_id']) }} as parent_project_key,
        is_milestone,
        milestone_number,
        status,
        is_known,
        created_at,
        starts_at,
        ends_at
    from projects
)

select * from final
