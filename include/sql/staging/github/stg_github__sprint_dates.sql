{# A milestone says when it is due, and not when work on it begins. #}
with final as (
    select
        'milestone:' || milestone_id as sprint_id,
        cast(null as {{ type_timestamp() }}) as starts_at,
        due_at as ends_at,
        first_told_at,
        last_told_at
    from {{ ref('stg_github__milestones') }}
)

select * from final
