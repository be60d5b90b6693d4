{# The configured measures: from the first entry into one of some statuses to the first entry into
   one of some others from then on. #}
with ends as (
    select distinct
        measures.measure as measure,
        measures.side as side,
        names.status_id as status_id
    from {{ settings_table('measure') }} as measures
    inner join {{ ref('int_status_names') }} as names on measures.status_ref = names.status_ref
),

beginnings as (
    select
        visits.issue_id as issue_id,
        ends.measure as measure,
        min(visits.sequence) as begins_with,
        min(visits.entered_at) as begins_at
    from {{ ref('int_flow_visits') }} as visits
    inner join ends on visits.status_id = ends.status_id and ends.side = 'from'
    group by visits.issue_id, ends.measure
),

endings as (
    select
        beginnings.issue_id as issue_id,
        beginnings.measure as measure,
        min(visits.entered_at) as ends_at
    from beginnings
    inner join {{ ref('int_flow_visits') }} as visits on beginnings.issue_id = visits.issue_id
    inner join ends
        on
            beginnings.measure = ends.measure
            and visits.status_id = ends.status_id
            and ends.side = 'to'
    where visits.sequence > beginnings.begins_with
    group by beginnings.issue_id, beginnings.measure
),

final as (
    select
        beginnings.issue_id as issue_id,
        beginnings.measure as measure,
        beginnings.begins_at as begins_at,
        endings.ends_at as ends_at
    from beginnings
    left join endings
        on beginnings.issue_id = endings.issue_id and beginnings.measure = endings.measure
)

select * from final
