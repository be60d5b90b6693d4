{# Time to the first review, by the week in which waiting began; `(all)` stands for all teams or
   sizes. Pull requests of bots are left out; those that wait still are counted apart. #}
{% set filters = {'team': 'team_name', 'size_class': 'size_name'} -%}
with waited as (
    select
        instance,
        {{ week_of('waits_from', setting('reporting_timezone')) }} as week_on,
        team as team_name,
        coalesce(size_class, '(unknown)') as size_name,
        time_to_first_review_seconds as waited,
        working_time_to_first_review_seconds as worked,
        case when first_review_at is null and outcome = 'open' then 1 end as is_waiting,
        case when first_review_at is null and outcome = 'merged' then 1 end as is_unreviewed,
        review_rounds
    from {{ published('fct_pull_requests') }}
    where
        waits_from is not null
        and not is_author_bot
        and coalesce(missing_reason, '') <> 'transferred'
),

measured as (
    select
        count(waited) as n,
        count(is_waiting) as still_waiting,
        count(is_unreviewed) as merged_without_review,
        {% for percent in [50, 75, 85, 95] -%}
        {{ percentile(percent / 100, 'waited') }} as p{{ percent }}_seconds,
        {% endfor -%}
        {{ percentile(0.5, 'worked') }} as working_p50_seconds,
        {{ percentile(0.85, 'worked') }} as working_p85_seconds,
        sum(case when waited is not null then review_rounds end) as review_rounds,
        {% for column in filters.values() -%}
        {{ column }},
        grouping({{ column }}) as is_all_{{ column }},
        {% endfor -%}
        instance,
        week_on
    from waited
    group by
        grouping sets (
            (team_name, size_name, instance, week_on),
            (team_name, instance, week_on),
            (size_name, instance, week_on),
            (instance, week_on)
        )
),

final as (
    select
        instance,
        week_on,
        {% for name, column in filters.items() -%}
        case when is_all_{{ column }} = 1 then '(all)' else {{ column }} end as {{ name }},
        {% endfor -%}
        {% for name in ['n', 'still_waiting', 'merged_without_review'] -%}
        cast({{ name }} as {{ type_bigint() }}) as {{ name }},
        {% endfor -%}
        {% for percent in [50, 75, 85, 95] -%}
        p{{ percent }}_seconds,
        {% endfor -%}
        working_p50_seconds,
        working_p85_seconds,
        {{ ratio('review_rounds', 'n') }} as rounds_per_pull_request
    from measured
)

select * from final
