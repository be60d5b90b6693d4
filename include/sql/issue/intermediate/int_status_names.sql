{# What the configuration may call a status: its id, key or name. A status that only the
   configuration knows has its id alone. #}
with other_names as (
    select
        status_id,
        slug as status_ref,
        cast(2 as {{ type_bigint() }}) as choice
    from {{ staged('statuses') }}
    where slug is not null
    union all
    select
        status_id,
        name as status_ref,
        cast(3 as {{ type_bigint() }}) as choice
    from {{ staged('statuses') }}
    where name is not null
),

listed as (
    select status_id from {{ staged('statuses') }}
    union distinct
    select status_id from {{ settings_table('status') }}
    where
        status_id not in (select status_ref from other_names)
        and category is not null
),

final as (
    select
        status_id,
        status_id as status_ref,
        cast(1 as {{ type_bigint() }}) as choice
    from listed
    union all
    select * from other_names
)

select * from final
