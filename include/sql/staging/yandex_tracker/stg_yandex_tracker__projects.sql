{# Queues are projects, sprints are milestones. A sprint's parent is the queue whose issues its
   board selects, if that is exactly one. Sprints come after all queues, so that a queue is an
   issue's main project. #}
with queues as (
    select
        record_id as queue_id,
        {{ json_texts('payload', {'slug': ['key'], 'name': ['name']}) }}
    from {{ raw('queues') }}
),

boards as (
    select * from {{ raw('boards') }}
),

selected_queues as (
    select
        boards.record_id as board_id,
        queue_key
    from boards
    {{ join_json_texts('boards.payload', ['filter', 'queue'], 'queue_key') }}
    union distinct
    select
        record_id as board_id,
        {{ json_text('payload', ['filter', 'queue']) }} as queue_key
    from boards
    where substring({{ json_text('payload', ['filter', 'queue']) }}, 1, 1) <> '['
),

boards_of_one_queue as (
    select
        selected_queues.board_id as board_id,
        min(queues.queue_id) as queue_id
    from selected_queues
    left join queues on selected_queues.queue_key = queues.slug
    group by 1
    having count(*) = 1
),

sprints as (
    select
        record_id as sprint_id,
        {{ json_texts('payload', {
            'name': ['name'], 'board_id': ['board', 'id'], 'status': ['status'],
            'created': ['createdAt'],
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
        cast(null as {{ type_timestamp() }}) as created_at
    from queues
    union all
    select
        'sprint:' || sprints.sprint_id as project_id,
        1000000000000 + {{ text_to_bigint('sprints.sprint_id') }} as project_number,
        coalesce(sprints.name, sprints.sprint_id) as name,
        cast(null as {{ type_text() }}) as slug,
        'queue:' || boards_of_one_queue.queue_id as parent_project_id,
        true as is_milestone,
        {{ text_to_bigint('sprints.sprint_id') }} as milestone_number,
        sprints.status as status,
        {{ iso_to_timestamp('sprints.created') }} as created_at
    from sprints
    left join boards_of_one_queue on sprints.board_id = boards_of_one_queue.board_id
)

select * from final
