{# Settings that facts use, except those in dimensions; the source's own among them. #}
with waiting as (
    select coalesce(max(case when is_waiting then 1 else 0 end), 0) as has_waiting
    from {{ ref('int_statuses') }}
),

settings as (
    select
        'cycle_time_policy' as name,
        {{ setting('cycle_time_policy') }} as value
    union all
    select
        'reporting_timezone' as name,
        {{ setting('reporting_timezone') }} as value
    union all
    select
        'fields' as name,
        {{ setting('fields') }} as value
    union all
    select
        'has_waiting_statuses' as name,
        case when has_waiting = 1 then 'true' else 'false' end as value
    from waiting
    {% if has_part('priority_names') %}
    union all
    select
        'priority_names' as name,
        names as value
    from {{ ref('int_priority_names') }}
    where names is not null
    {% endif %}
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['name']) }} as setting_key,
        {{ setting('instance') }} as instance,
        name,
        value
    from settings
)

select * from final
