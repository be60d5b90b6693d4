-- Issues by their current status: open work, and all that is done.
with

current_statuses as (
    select
        ageing.status_name,
        ageing.status_category
    from {{ mart('v_issue_ageing') }} as ageing
    where {{ filtered('ageing') }}
    union all
    select
        visits.status_name,
        visits.status_category
    from {{ mart('fct_issue_status_intervals') }} as visits
    where visits.is_clock_stopped and {{ filtered('visits') }}
),

final as (
    select
        status_name,
        status_category,
        count(*) as issue_count
    from current_statuses
    group by status_name, status_category
)

select * from final
order by issue_count desc, status_name asc, status_category asc
