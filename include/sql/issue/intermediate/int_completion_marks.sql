{# The working seconds up to the turning points of a completion, by the calendar of the team that it
   counts under. #}
with attributed as (
    select
        completions.issue_id as issue_id,
        completions.number as number,
        completions.completed_at as completed_at,
        attributes.team as team
    from {{ ref('int_completions') }} as completions
    inner join {{ ref('int_issue_attributes') }} as attributes
        on completions.issue_id = attributes.issue_id
    where
        attributes.begins_at <= completions.completed_at
        and (attributes.ends_at is null or attributes.ends_at > completions.completed_at)
),

points as (
    {% for point, instant in {
        'created': 'milestones.created_at',
        'first_start': 'milestones.first_started_at',
        'last_start': 'times.last_started_at',
        'first_done': 'milestones.first_done_at',
        'completed': 'attributed.completed_at',
    }.items() %}
    select
        attributed.issue_id as issue_id,
        attributed.number as number,
        attributed.team as team,
        '{{ point }}' as point,
        {{ instant }} as instant
    from attributed
    inner join {{ ref('int_milestones') }} as milestones
        on attributed.issue_id = milestones.issue_id
    inner join {{ ref('int_completion_times') }} as times
        on attributed.issue_id = times.issue_id and attributed.number = times.number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        {% for point in ['created', 'first_start', 'last_start', 'first_done', 'completed'] -%}
        max(case when points.point = '{{ point }}' then instants.working_seconds end)
            as {{ point }}_seconds,
        {% endfor -%}
        points.issue_id as issue_id,
        points.number as number,
        points.team as team
    from points
    inner join {{ ref('int_working_instants') }} as instants
        on
            points.issue_id = instants.issue_id
            and points.team = instants.team
            and points.instant = instants.instant
    group by points.issue_id, points.number, points.team
)

select * from final
