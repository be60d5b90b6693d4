{# Changes of status by month: a visit to a status that followed one to another. #}
with visits as (
    select
        instance,
        team,
        status_name,
        entered_at,
        {{ lag('status_name') }} over (partition by issue_key order by sequence) as last_status
    from {{ published('fct_issue_status_intervals') }}
),

final as (
    select
        instance,
        team,
        cast(
            {{ first_of('month', day_of('entered_at', setting('reporting_timezone'))) }}
            as {{ type_date() }}
        ) as month_on,
        last_status as from_status,
        status_name as to_status,
        cast(count(*) as {{ type_bigint() }}) as changes
    from visits
    where last_status is not null
    group by 1, 2, 3, 4, 5
)

select * from final
