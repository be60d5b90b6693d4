{# What each status means: as configured, else as usual on the source's installations, else as the
   source says. Published statuses are listed so that a setting taken away is noticed. #}
with listed as (
    select status_id from {{ staged('statuses') }}
    union distinct
    select status_id from {{ settings_table('status') }}
    union distinct
    select status_id from {{ published('dim_statuses') }}
    where instance = {{ setting('instance') }}
),

final as (
    select
        listed.status_id as status_id,
        coalesce(statuses.name, listed.status_id) as name,
        case
            when configured.category is not null then configured.category
            when statuses.is_closed then 'done'
            when statuses.is_default then 'todo'
            else 'unknown'
        end as category,
        coalesce(configured.is_waiting, false) as is_waiting,
        statuses.is_closed as is_closed,
        statuses.status_id is not null as is_known
    from listed
    left join {{ staged('statuses') }} as statuses on listed.status_id = statuses.status_id
    left join {{ settings_table('status') }} as configured
        on listed.status_id = configured.status_id
)

select * from final
