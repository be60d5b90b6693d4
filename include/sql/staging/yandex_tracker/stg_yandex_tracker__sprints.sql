{# Sprints belong to no queue: a board takes issues of any. The youngest is the current one. #}
with sprints as (
    select
        record_id as id,
        {{ json_texts('payload', {
            'name': ['name'], 'status': ['status'], 'created': ['createdAt'],
            'starts': ['startDateTime'], 'ends': ['endDateTime'],
        }) }}
    from {{ raw('sprints') }}
),

final as (
    select
        'sprint:' || id as sprint_id,
        coalesce(name, id) as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as project_id,
        {{ text_to_bigint('id') }} as sprint_number,
        {{ text_to_bigint('id') }} as sprint_rank,
        status,
        {{ iso_to_timestamp('created') }} as created_at,
        {{ iso_to_timestamp('starts') }} as starts_at,
        {{ iso_to_timestamp('ends') }} as ends_at
    from sprints
)

select * from final
