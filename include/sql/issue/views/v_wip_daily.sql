{# What was in progress at the end of each day, waiting included, and its total work item age: of
   each issue the days since the one on which it started first, that one included. #}
with days as (
    select
        {% for name in ['in_progress_change', 'start_days_change'] -%}
        cast(
            sum({{ name }}) over (
                partition by instance, team, issue_type, level
                order by happened_on rows between unbounded preceding and current row
            ) as {{ type_bigint() }}
        ) as {{ name.removesuffix('_change') }},
        {% endfor -%}
        instance,
        happened_on,
        team,
        issue_type,
        level,
        is_complete
    from {{ published('v_flow_daily') }}
),

final as (
    select
        instance,
        happened_on,
        team,
        issue_type,
        level,
        in_progress as in_progress_issues,
        cast(
            in_progress * (1 + {{ days_from(text_to_date("'1970-01-01'"), 'happened_on') }})
            - start_days as {{ type_bigint() }}
        ) as total_age_days,
        is_complete
    from days
)

select * from final
