{# Visits to statuses, cut where the issue came under another team, type or level. A visit that
   lasts no time is one stretch. #}
with compared as (
    select
        issue_id,
        begins_at,
        {% for name in ['team', 'issue_type', 'level'] -%}
        {{ lag(name) }} over (partition by issue_id order by begins_at) as previous_{{ name }},
        {% endfor -%}
        team,
        issue_type,
        level
    from {{ ref('int_issue_attributes') }}
),

attributes as (
    select
        issue_id,
        begins_at,
        {{ lead('begins_at') }} over (partition by issue_id order by begins_at) as ends_at,
        team,
        issue_type,
        level
    from compared
    where
        previous_team is null
        or previous_team <> team
        or previous_issue_type <> issue_type
        or previous_level <> level
),

final as (
    select
        visits.issue_id as issue_id,
        visits.sequence as sequence,
        cast(row_number() over (
            partition by visits.issue_id, visits.sequence order by attributes.begins_at
        ) as {{ type_bigint() }}) as part,
        visits.status_id as status_id,
        visits.status_name as status_name,
        visits.status_category as status_category,
        attributes.team as team,
        attributes.issue_type as issue_type,
        attributes.level as level,
        greatest(visits.entered_at, attributes.begins_at) as begins_at,
        case
            when visits.left_at is null then attributes.ends_at
            when attributes.ends_at is null then visits.left_at
            else least(visits.left_at, attributes.ends_at)
        end as ends_at,
        visits.left_at as left_at
    from {{ ref('int_status_intervals') }} as visits
    inner join attributes on visits.issue_id = attributes.issue_id
    where
        (attributes.ends_at is null or attributes.ends_at > visits.entered_at)
        and (
            attributes.begins_at <= visits.entered_at
            or visits.left_at is null
            or attributes.begins_at < visits.left_at
        )
)

select * from final
