{# What each status means: as configured by id, key or name, else as usual on the source's
   installations, else as the source says. #}
with other_names as (
    select
        status_id,
        slug as status_ref,
        2 as choice
    from {{ staged('statuses') }}
    where slug is not null
    union all
    select
        status_id,
        name as status_ref,
        3 as choice
    from {{ staged('statuses') }}
    where name is not null
),

listed as (
    select status_id from {{ staged('statuses') }}
    union distinct
    select status_id from {{ settings_table('status') }}
    where status_id not in (select status_ref from other_names)
),

names as (
    select
        status_id,
        status_id as status_ref,
        1 as choice
    from listed
    union all
    select * from other_names
),

configured as (
    select
        names.status_id as status_id,
        meanings.category as category,
        meanings.is_waiting as is_waiting,
        row_number() over (
            partition by names.status_id order by names.choice, names.status_ref
        ) as choice
    from names
    inner join {{ settings_table('status') }} as meanings on names.status_ref = meanings.status_id
),

final as (
    select
        {{ surrogate_key(setting('instance'), ['listed.status_id']) }} as status_key,
        listed.status_id as status_id,
        coalesce(statuses.name, listed.status_id) as name,
        coalesce(configured.category, statuses.category, 'unknown') as category,
        coalesce(configured.is_waiting, statuses.is_waiting, false) as is_waiting,
        statuses.is_closed as is_closed,
        statuses.status_id is not null as is_known
    from listed
    left join {{ staged('statuses') }} as statuses on listed.status_id = statuses.status_id
    left join configured on listed.status_id = configured.status_id and configured.choice = 1
)

select * from final
