{# Open items among the ages at which delivered ones left the same status. #}
with open_items as (
    select
        flow.issue_key as issue_key,
        flow.instance as instance,
        flow.team as team,
        flow.issue_type as issue_type,
        issues.level as level,
        flow.sprint as sprint,
        flow.quarter as quarter,
        issues.readable_id as readable_id,
        issues.title as title,
        flow.first_started_at as first_started_at
    from {{ published('fct_issue_flow') }} as flow
    inner join {{ published('fct_issues') }} as issues on flow.issue_key = issues.issue_key
    where
        not flow.is_done
        and flow.first_started_at is not null
        and issues.level = 'item'
        and issues.missing_reason is null
),

ignored as (
    select
        instance,
        max({{ text_to_bigint('value') }}) as seconds
    from {{ published('ops_settings') }}
    where name = 'ignore_visits_shorter_than_seconds'
    group by instance
),

done_visits as (
    select
        intervals.issue_key as issue_key,
        sum(intervals.duration_seconds) as done_seconds
    from {{ published('fct_issue_status_intervals') }} as intervals
    inner join open_items on intervals.issue_key = open_items.issue_key
    left join ignored on intervals.instance = ignored.instance
    where
        intervals.status_category = 'done'
        and intervals.entered_at >= open_items.first_started_at
        and intervals.duration_seconds >= coalesce(ignored.seconds, 0)
    group by intervals.issue_key
),

aged as (
    select
        open_items.issue_key as issue_key,
        intervals.status_key as status_key,
        intervals.status_name as status_name,
        {{ seconds_between('open_items.first_started_at', now()) }}
        - cast(coalesce(done_visits.done_seconds, 0) as {{ type_bigint() }}) as age_seconds
    from open_items
    inner join {{ published('fct_issue_status_intervals') }} as intervals
        on open_items.issue_key = intervals.issue_key and intervals.is_current
    left join done_visits on open_items.issue_key = done_visits.issue_key
),

final as (
    select
        open_items.issue_key as issue_key,
        open_items.instance as instance,
        open_items.team as team,
        open_items.issue_type as issue_type,
        open_items.level as level,
        open_items.sprint as sprint,
        open_items.quarter as quarter,
        open_items.readable_id as readable_id,
        open_items.title as title,
        aged.status_key as status_key,
        aged.status_name as status_name,
        aged.age_seconds as age_seconds,
        case
            when bands.age_50_seconds is null then null
            when aged.age_seconds <= bands.age_50_seconds then 'within 50'
            when aged.age_seconds <= bands.age_70_seconds then 'within 70'
            when aged.age_seconds <= bands.age_85_seconds then 'within 85'
            when aged.age_seconds <= bands.age_95_seconds then 'within 95'
            else 'beyond 95'
        end as band,
        bands.as_of_on as as_of_on,
        bands.items as items,
        bands.age_50_seconds as age_50_seconds,
        bands.age_70_seconds as age_70_seconds,
        bands.age_85_seconds as age_85_seconds,
        bands.age_95_seconds as age_95_seconds,
        case
            when bands.status_key is null then 'no delivered item left this status'
            else bands.reason
        end as reason
    from open_items
    inner join aged on open_items.issue_key = aged.issue_key
    left join {{ published('agg_pace_bands') }} as bands
        on
            open_items.instance = bands.instance
            and open_items.team = bands.team
            and aged.status_key = bands.status_key
)

select * from final
