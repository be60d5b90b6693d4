{# Systems by each of their numbers and finished day, with buckets of numbers. #}
{% from "templates/telemetry.sql" import bucket_names, bucket_of, finished_days %}
with
{{ finished_days(
    published('agg_telemetry_daily_numbers'), published('v_as_of'), ['measure', 'number', 'systems']
) }},

bucketed as (
    select
        instance,
        reported_on,
        measure,
        number,
        systems,
        cast({{ bucket_of('number') }} as {{ type_bigint() }}) as bucket
    from finished
),

{{ bucket_names('bucketed', ['instance', 'measure']) }},

final as (
    select
        bucketed.instance as instance,
        bucketed.reported_on as reported_on,
        bucketed.measure as measure,
        bucketed.number as number,
        bucketed.systems as systems,
        bucketed.bucket as bucket,
        names.bucket_name as bucket_name
    from bucketed
    inner join names
        on
            bucketed.instance = names.instance
            and bucketed.measure = names.measure
            and bucketed.bucket = names.bucket
)

select * from final
