{# All systems, and since when they report. #}
with told as (
    select
        {{ surrogate_key(setting('instance'), ['system_id']) }} as system_key,
        system_id,
        seen_on as first_reported_on,
        case when not has_development_version then seen_on end as first_released_on
    from {{ staged('loaded_reports') }}
    {% if not is_everything %}
    union all
    select
        system_key,
        system_id,
        first_reported_on,
        first_released_on
    from {{ published('dim_telemetry_systems') }}
    where instance = {{ setting('instance') }}
    {% endif %}
),

final as (
    select
        system_key,
        min(system_id) as system_id,
        min(first_reported_on) as first_reported_on,
        min(first_released_on) as first_released_on
    from told
    group by system_key
)

select * from final
