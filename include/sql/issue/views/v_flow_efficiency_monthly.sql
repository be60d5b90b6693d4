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

sums as (
    select
        instance,
        month_on,
        team,
        issue_type,
        level,
        count(*) as delivered_n,
        count(elapsed_seconds) as measured_n,
        sum(active_seconds) as active,
        sum(waiting_seconds) as waiting,
        sum(blocked_seconds) as blocked,
        sum(elapsed_seconds) as elapsed
    from delivered
    group by instance, month_on, team, issue_type, level
),

final as (
    select
        instance,
        month_on,
        team,
        issue_type,
        level,
        cast(delivered_n as {{ type_bigint() }}) as delivered_issues,
        cast(measured_n as {{ type_bigint() }}) as measured_issues,
        {% for name in ['active', 'waiting', 'blocked', 'elapsed'] -%}
        cast({{ name }} as {{ type_bigint() }}) as {{ name }}_seconds,
        {% endfor -%}
        {{ ratio('active', 'elapsed') }} as flow_efficiency
    from sums
)

select * from final
