{# Percentiles of the age at which items left each status of work, per team and for all. #}
with counted as (
    select
        team,
        status_key,
        age_seconds
    from {{ ref('int_exit_ages') }}
    union all
    select
        '(all)' as team,
        status_key,
        age_seconds
    from {{ ref('int_exit_ages') }}
),

measured as (
    select
        team,
        status_key,
        count(*) as items,
        {{ percentile_nearest_rank(0.5, 'age_seconds') }} as age_50,
        {{ percentile_nearest_rank(0.7, 'age_seconds') }} as age_70,
        {{ percentile_nearest_rank(0.85, 'age_seconds') }} as age_85,
        {{ percentile_nearest_rank(0.95, 'age_seconds') }} as age_95
    from counted
    group by team, status_key
),

judged as (
    select
        *,
        items >= cast({{ setting('minimum_items') }} as {{ type_bigint() }}) as is_enough
    from measured
),

final as (
    select
        {{ setting('instance') }} as instance,
        judged.team as team,
        judged.status_key as status_key,
        statuses.name as status_name,
        cast({{ setting('as_of_on') }} as {{ type_date() }}) as as_of_on,
        cast(judged.items as {{ type_bigint() }}) as items,
        {% for level in [50, 70, 85, 95] -%}
        case when judged.is_enough then judged.age_{{ level }} end as age_{{ level }}_seconds,
        {% endfor -%}
        case
            when not judged.is_enough
                then
                    'only ' || cast(judged.items as {{ type_text() }}) || ' of '
                    || {{ setting('minimum_items') }} || ' items'
        end as reason
    from judged
    inner join {{ published('dim_statuses') }} as statuses
        on judged.status_key = statuses.status_key
)

select * from final
