{# Reports as they came, with the age of their system on that day. #}
with options as (
    select
        max(case when name = 'production_versions_only' then value end) = 'True'
            as production_only,
        max(
            case when name = 'minimum_age_days' then {{ text_to_bigint('value') }} end
        ) as minimum_age_days
    from {{ settings_table('option') }}
),

counted as (
    select
        reports.report_id as report_id,
        reports.received_at as received_at,
        reports.reported_on as reported_on,
        reports.problem as problem,
        reports.system_id as system_id,
        reports.has_development_version as has_development_version,
        reports.report as report,
        {{ surrogate_key(setting('instance'), ['reports.system_id']) }} as system_key,
        options.production_only as production_only,
        options.minimum_age_days as minimum_age_days,
        reports.problem is null
        and not (options.production_only and reports.has_development_version) as is_counted
    from {{ staged('reports') }} as reports
    cross join options
),

aged as (
    select
        counted.report_id as report_id,
        counted.received_at as received_at,
        counted.reported_on as reported_on,
        counted.problem as problem,
        counted.system_key as system_key,
        counted.system_id as system_id,
        counted.has_development_version as has_development_version,
        counted.is_counted as is_counted,
        counted.report as report,
        counted.minimum_age_days as minimum_age_days,
        case
            when not counted.is_counted then null
            when counted.production_only then systems.first_released_on
            else systems.first_reported_on
        end as first_seen_on
    from counted
    left join {{ ref('int_telemetry_systems') }} as systems
        on counted.system_key = systems.system_key
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['report_id']) }} as report_key,
        {{ setting('instance') }} as instance,
        report_id,
        received_at,
        reported_on,
        problem,
        system_key,
        system_id,
        first_seen_on,
        {{ days_from('first_seen_on', 'reported_on') }} as age_days,
        has_development_version,
        is_counted,
        coalesce({{ days_from('first_seen_on', 'reported_on') }} >= minimum_age_days, false)
            as is_persistent,
        report
    from aged
)

select * from final
