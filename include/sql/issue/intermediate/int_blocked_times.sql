{# When issues were blocked: by a field, or by a link while its blocker was not done. A blocker that
   nobody has loaded blocks all the time. What blocks at the same time counts once. #}
with stretches as (
    select
        issue_id,
        begins_at,
        ends_at
    from {{ ref('int_blocking_values') }}
    where blocker_key is null
    union all
    select
        links.issue_id as issue_id,
        greatest(links.begins_at, coalesce(visits.begins_at, links.begins_at)) as begins_at,
        case
            when links.ends_at is null then visits.ends_at
            when visits.ends_at is null then links.ends_at
            else least(links.ends_at, visits.ends_at)
        end as ends_at
    from {{ ref('int_blocking_values') }} as links
    left join {{ ref('int_blocker_visits') }} as visits on links.blocker_key = visits.blocker_key
    where
        links.blocker_key is not null
        and (visits.blocker_key is null or not visits.is_done)
),

compared as (
    select
        issue_id,
        begins_at,
        ends_at,
        max(coalesce(ends_at, {{ epoch_to_timestamp('5617123199') }})) over (
            partition by issue_id
            order by begins_at rows between unbounded preceding and 1 preceding
        ) as blocked_until
    from stretches
    where ends_at is null or begins_at < ends_at
),

grouped as (
    select
        *,
        sum(case when blocked_until >= begins_at then 0 else 1 end) over (
            partition by issue_id
            order by begins_at rows between unbounded preceding and current row
        ) as stretch
    from compared
),

final as (
    select
        issue_id,
        min(begins_at) as begins_at,
        case when count(*) = count(ends_at) then max(ends_at) end as ends_at
    from grouped
    group by issue_id, stretch
)

select * from final
