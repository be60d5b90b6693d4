{# Settings that facts use, except those in dimensions; the source's own among them. #}
with waiting as (
    select coalesce(max(case when is_waiting then 1 else 0 end), 0) as has_waiting
    from (
        select is_waiting from {{ ref('int_statuses') }}
        union all
        select is_waiting from {{ settings_table('status') }}
        where project_ref is not null or valid_from is not null
    ) as statuses
),

blocking as (
    select
        (select count(*) from {{ settings_table('blocked_by') }})
        + (
            select count(*) from {{ settings_table('blocked') }}
            where field in (select field from {{ staged('fields') }})
        ) as found
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
        'ignore_visits_shorter_than_seconds' as name,
        {{ setting('ignore_visits_shorter_than_seconds') }} as value
    union all
    select
        'status_meanings' as name,
        {{ setting('status_meanings') }} as value
    union all
    select
        'resolutions' as name,
        {{ setting('resolutions') }} as value
    union all
    select
        'blocked' as name,
        {{ setting('blocked') }} as value
    union all
    select
        'blocked_by' as name,
        {{ setting('blocked_by') }} as value
    union all
    select
        'measures' as name,
        {{ setting('measures') }} as value
    union all
    select
        'levels' as name,
        {{ setting('levels') }} as value
    union all
    select
        'issue_page' as name,
        {{ setting('issue_page') }} as value
    union all
    select
        'has_waiting_statuses' as name,
        case when has_waiting = 1 then 'true' else 'false' end as value
    from waiting
    union all
    select
        'knows_blocked' as name,
        case when found > 0 then 'true' else 'false' end as value
    from blocking
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
