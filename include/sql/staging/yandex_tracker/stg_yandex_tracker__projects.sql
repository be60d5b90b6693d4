{# Queues are projects, sprints are milestones without a parent: a board takes issues of any queue.
   Sprints come after all queues, so that a queue is an issue's main project. #}
with queues as (
    select
        record_id as queue_id,
        {{ json_texts('payload', {'slug': ['key'], 'name': ['name']}) }}
    from {{ raw('queues') }}
),

sprints as (
    select
        record_id as sprint_id,
        {{ json_texts('payload', {
            'name': ['name'], 'status': ['status'], 'created': ['createdAt'],
            'starts': ['startDateTime'], 'ends': ['endDateTime'],
        }) }}
    from {{ raw('sprints') }}
),

final as (
    select
        'queue:' || queue_id as project_id,
        {{ text_to_bigint('queue_id') }} as project_number,
        coalesce(name, slug, queue_id) as name,
        slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        false as is_milestone,
        cast(null as {{ type_bigint() }}) as milestone_number,
        cast(null as {{ type_text() }}) as status,
        cast(null as {{ type_timestamp() }}) as created_at,
        cast(null as {{ type_timestamp() }}) as starts_at,
        cast(null as {{ type_timestamp() }}) as ends_at
    from queues
    union all
    select
        'sprint:' || sprint_id as project_id,
        1000000000000 + {{ text_to_bigint('sprint_id') }} as project_number,
        coalesce(name, sprint_id) as name,
        cast(null as {{ type_text() }}) as slug,
        cast(null as {{ type_text() }}) as parent_project_id,
        true as is_milestone,
        {{ text_to_bigint('sprint_id') }} as milestone_number,
        status,
        {{ iso_to_timestamp('created') }} as created_at,
        {{ iso_to_timestamp('starts') }} as starts_at,
        {{ iso_to_timestamp('ends') }} as ends_at
    from sprints
)

select * from final
