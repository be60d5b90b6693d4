{# Systems as they are known on the last finished day: since when they report, and how long they
   have been silent. #}
with as_of as (
    select
        instance,
        cast({{ day_of('as_of_at', "'UTC'") }} as {{ type_date() }}) as as_of_on
    from {{ published('v_as_of') }}
),

reports as (
    select
        reports.instance as instance,
        reports.system_key as system_key,
        min(reports.system_id) as system_id,
        min(reports.first_seen_on) as first_seen_on,
        max(reports.reported_on) as last_reported_on,
        count(*) as days_reported,
        max(as_of.as_of_on) as as_of_on
    from {{ published('fct_telemetry_reports') }} as reports
    inner join as_of on reports.instance = as_of.instance
    where reports.is_counted and reports.reported_on < as_of.as_of_on
    group by reports.instance, reports.system_key
),

final as (
    select
        system_key,
        instance,
        system_id,
        first_seen_on,
        last_reported_on,
        cast(days_reported as {{ type_bigint() }}) as days_reported,
        {{ days_from('last_reported_on', 'as_of_on') }} - 1 as silent_days
    from reports
)

select * from final
