with final as (
    select
        {{ surrogate_key(setting('instance'), ['sprint_id', 'project_id']) }} as sprint_project_key,
        {{ surrogate_key(setting('instance'), ['sprint_id']) }} as sprint_key,
        {{ surrogate_key(setting('instance'), ['project_id']) }} as project_key
    from {{ staged('sprint_projects') }}
)

select * from final
