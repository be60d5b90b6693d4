with final as (
    select
        project_field_key,
        {{ setting('instance') }} as instance,
        project_key,
        field_id,
        name,
        field_type,
        place
    from {{ ref('int_project_fields') }}
)

select * from final
