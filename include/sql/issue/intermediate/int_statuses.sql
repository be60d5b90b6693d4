{# What each status means everywhere and always: as configured by id, key or name, else as usual on
   the source's installations, else as the source says. #}
with configured as (
    select
        names.status_id as status_id,
        meanings.category as category,
        meanings.is_waiting as is_waiting,
        meanings.outcome as outcome,
        row_number() over (
            partition by names.status_id order by names.choice, names.status_ref
        ) as choice
    from {{ ref('int_status_names') }} as names
    inner join {{ settings_table('status') }} as meanings on names.status_ref = meanings.status_id
    where meanings.project_ref is null and meanings.valid_from is null
),

listed as (
    select distinct status_id from {{ ref('int_status_names') }}
),

meant as (
    select
        listed.status_id as status_id,
        coalesce(statuses.name, listed.status_id) as name,
        coalesce(configured.category, statuses.category, 'unknown') as category,
        coalesce(configured.is_waiting, statuses.is_waiting, false) as is_waiting,
        coalesce(configured.outcome, statuses.outcome, 'delivered') as outcome,
        statuses.is_closed as is_closed,
        statuses.status_id is not null as is_known
    from listed
    left join {{ staged('statuses') }} as statuses on listed.status_id = statuses.status_id
    left join configured on listed.status_id = configured.status_id and configured.choice = 1
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['status_id']) }} as status_key,
        status_id,
        name,
        category,
        is_waiting,
        case when category = 'done' then outcome end as outcome,
        is_closed,
        is_known
    from meant
)

select * from final
