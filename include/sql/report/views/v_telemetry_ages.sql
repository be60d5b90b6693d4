{# Systems by age and finished day, with buckets of ages. #}
{% from "templates/telemetry.sql" import bucket_names, bucket_of, finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily_ages'), published('v_as_of'), ['age_days', 'systems']
) }},

bucketed as (
    select
        instance,
        reported_on,
        age_days,
        systems,
        cast({{ bucket_of('age_days') }} as {{ type_bigint() }}) as bucket
    from finished
),

{{ bucket_names('bucketed', ['instance']) }},

final as (
    select
        bucketed.instance as instance,
        bucketed.reported_on as reported_on,
        bucketed.age_days as age_days,
        bucketed.systems as systems,
        bucketed.bucket as bucket,
        names.bucket_name as bucket_name
    from bucketed
    inner join names
        on bucketed.instance = names.instance and bucketed.bucket = names.bucket
)

select * from final
