{# The age at which delivered items left each status of work for the last time, as of their last
   delivery. Visits that are too short to mean something do not count; their time joins the visit
   before. #}
with ranked as (
    select
        delivery_key,
        issue_key,
        team,
        first_started_at,
        delivered_at,
        row_number() over (partition by issue_key order by sequence desc, delivery_key desc)
            as choice
    from {{ published('fct_issue_deliveries') }}
    where
        instance = {{ setting('instance') }}
        and level = 'item'
        and outcome = 'delivered'
        and first_started_at is not null
        and lead_time_seconds is not null
        and delivered_on >= cast({{ setting('delivered_from') }} as {{ type_date() }})
        and delivered_on < cast({{ setting('as_of_on') }} as {{ type_date() }})
),

deliveries as (
    select * from ranked
    where choice = 1
),

ignored as (
    select coalesce(max({{ text_to_bigint('value') }}), 0) as seconds
    from {{ published('ops_settings') }}
    where
        instance = {{ setting('instance') }} and name = 'ignore_visits_shorter_than_seconds'
),

visits as (
    select
        intervals.issue_key as issue_key,
        intervals.sequence as sequence,
        intervals.status_key as status_key,
        intervals.status_category as status_category,
        intervals.entered_at as entered_at,
        {{ lead('intervals.entered_at') }} over (
            partition by intervals.issue_key order by intervals.sequence
        ) as left_at
    from {{ published('fct_issue_status_intervals') }} as intervals
    cross join ignored
    where
        intervals.instance = {{ setting('instance') }}
        and intervals.issue_key in (select issue_key from deliveries)
        and (
            intervals.sequence = 1
            or intervals.duration_seconds is null
            or intervals.duration_seconds >= ignored.seconds
        )
),

since_start as (
    select
        deliveries.delivery_key as delivery_key,
        deliveries.team as team,
        visits.status_key as status_key,
        visits.status_category as status_category,
        {{ seconds_between('deliveries.first_started_at', 'visits.left_at') }} as passed_seconds,
        sum(
            case
                when visits.status_category = 'done'
                    then {{ seconds_between('visits.entered_at', 'visits.left_at') }}
                else 0
            end
        ) over (
            partition by deliveries.delivery_key
            order by visits.sequence
            rows between unbounded preceding and current row
        ) as done_seconds
    from deliveries
    inner join visits on deliveries.issue_key = visits.issue_key
    where
        visits.entered_at >= deliveries.first_started_at
        and visits.left_at <= deliveries.delivered_at
),

final as (
    select
        delivery_key,
        team,
        status_key,
        cast(max(passed_seconds - done_seconds) as {{ type_bigint() }}) as age_seconds
    from since_start
    where status_category = 'in_progress'
    group by delivery_key, team, status_key
)

select * from final
