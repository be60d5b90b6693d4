{# Open items among the ages at which delivered ones left the same status. #}
with open_items as (
    select * from {{ published('v_issue_ageing') }}
    where level = 'item' and first_started_at is not null
),

bands as (
    select
        instance,
        team,
        cast(status_key as {{ type_text() }}) as status_key,
        cast(as_of_on as {{ type_date() }}) as as_of_on,
        cast(items as {{ type_bigint() }}) as items,
        age_50_seconds,
        age_70_seconds,
        age_85_seconds,
        age_95_seconds,
        cast(reason as {{ type_text() }}) as reason
    from {{ published('agg_pace_bands') }}
),

final as (
    select
        open_items.issue_key as issue_key,
        open_items.instance as instance,
        open_items.team as team,
        open_items.issue_type as issue_type,
        open_items.level as level,
        open_items.sprint as sprint,
        open_items.quarter as quarter,
        open_items.readable_id as readable_id,
        open_items.title as title,
        open_items.status_key as status_key,
        open_items.status_name as status_name,
        open_items.age_seconds as age_seconds,
        case
            when bands.age_50_seconds is null then null
            when open_items.age_seconds <= bands.age_50_seconds then 'within 50'
            when open_items.age_seconds <= bands.age_70_seconds then 'within 70'
            when open_items.age_seconds <= bands.age_85_seconds then 'within 85'
            when open_items.age_seconds <= bands.age_95_seconds then 'within 95'
            else 'beyond 95'
        end as band,
        bands.as_of_on as as_of_on,
        bands.items as items,
        bands.age_50_seconds as age_50_seconds,
        bands.age_70_seconds as age_70_seconds,
        bands.age_85_seconds as age_85_seconds,
        bands.age_95_seconds as age_95_seconds,
        case
            when bands.status_key is null then 'no delivered item left this status'
            else bands.reason
        end as reason
    from open_items
    left join bands
        on
            open_items.instance = bands.instance
            and open_items.team = bands.team
            and open_items.status_key = bands.status_key
)

select * from final
