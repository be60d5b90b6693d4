{# Flow efficiency of what was delivered in a month: a quotient of sums, never a mean of quotients.
   Issues of an instance that knows of no waiting and no blocked time, and those without a start,
   have none. #}
with delivered as (
    select
        instance,
        {{ first_of('month', day_of('last_done_at', setting('reporting_timezone'))) }} as month_on,
        team,
        issue_type,
        level,
        waiting_seconds,
        blocked_seconds,
        case
            when waiting_seconds is not null or blocked_seconds is not null then active_seconds
        end as active_seconds,
        case
            when waiting_seconds is not null or blocked_seconds is not null
                then first_start_last_done_without_done_seconds
        end as elapsed_seconds
    from {{ published('fct_issue_flow') }}
    where is_done and outcome = 'delivered'
),

final as (
    select
        instance,
        month_on,
        team,
        issue_type,
        level,
        cast(count(*) as {{ type_bigint() }}) as delivered_issues,
        cast(count(elapsed_seconds) as {{ type_bigint() }}) as measured_issues,
        {% for name in ['active', 'waiting', 'blocked', 'elapsed'] -%}
        cast(sum({{ name }}_seconds) as {{ type_bigint() }}) as {{ name }}_seconds,
        {% endfor -%}
        {{ ratio('sum(active_seconds)', 'sum(elapsed_seconds)') }} as flow_efficiency
    from delivered
    group by instance, month_on, team, issue_type, level
)

select * from final
