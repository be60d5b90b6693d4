{# Milestones by all titles and dates that they have had; timelines name them by their titles. #}
with members as (
    select
        record_id as milestone_id,
        first_told_at,
        last_told_at,
        {{ json_texts('payload', {
            'number': ['number'], 'title': ['title'], 'state': ['state'],
            'created': ['createdAt'], 'due': ['dueOn'], 'repository_id': ['repository', 'id'],
        }) }}
    from {{ raw_told('milestones') }}
),

final as (
    select
        milestone_id,
        coalesce(title, milestone_id) as title,
        repository_id,
        {{ text_to_bigint('number') }} as number,
        {{ lower_ascii('state') }} as state,
        {{ iso_to_timestamp('created') }} as created_at,
        {{ iso_to_timestamp('due') }} as due_at,
        first_told_at,
        last_told_at
    from members
)

select * from final
