{# What an issue was and counted under when: one row from each change of either to the next. On the
   way through several categories at one instant, an issue is in the last one only. The high-water
   mark is the farthest category so far. #}
with ranked as (
    select
        issue_id,
        sequence,
        entered_at,
        left_at,
        status_category,
        max(case status_category when 'done' then 3 when 'in_progress' then 2 else 1 end)
            over (
                partition by issue_id
                order by sequence rows between unbounded preceding and current row
            ) as high_water
    from {{ ref('int_category_runs') }}
),

boundaries as (
    select
        issue_id,
        entered_at as begins_at
    from ranked
    union distinct
    select
        issue_id,
        begins_at
    from {{ ref('int_issue_attributes') }}
),

segments as (
    select
        issue_id,
        begins_at,
        {{ lead('begins_at') }} over (partition by issue_id order by begins_at) as ends_at
    from boundaries
),

final as (
    select
        segments.issue_id as issue_id,
        segments.begins_at as begins_at,
        segments.ends_at as ends_at,
        ranked.status_category as category,
        case ranked.high_water when 3 then 'done' when 2 then 'in_progress' else 'todo' end
            as high_water,
        attributes.team as team,
        attributes.issue_type as issue_type,
        attributes.level as level
    from segments
    inner join ranked on segments.issue_id = ranked.issue_id
    inner join {{ ref('int_issue_attributes') }} as attributes
        on segments.issue_id = attributes.issue_id
    where
        ranked.entered_at <= segments.begins_at
        and (ranked.left_at is null or ranked.left_at > segments.begins_at)
        and attributes.begins_at <= segments.begins_at
        and (attributes.ends_at is null or attributes.ends_at > segments.begins_at)
)

select * from final
