with final as (
    select
        {{ surrogate_key(setting('instance'), ['project_id', 'project_field_id']) }}
            as project_field_key,
        {{ surrogate_key(setting('instance'), ['project_id']) }} as project_key,
        field_id,
        name,
        field_type,
        place
    from {{ staged('project_fields') }}
)

select * from final
