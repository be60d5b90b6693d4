{# The dates of sprints as they stood when these began: those that are configured, else those that
   were told last before the start that they tell, else those that were told first. An end that was
   not told then is the first one that was told at all; an end before the start counts if nothing
   else was told. #}
with told as (
    select
        sprint_id,
        starts_at,
        ends_at,
        first_told_at,
        last_told_at,
        case
            when last_told_at < starts_at then last_told_at
            when first_told_at < starts_at then first_told_at
        end as told_ahead_at
    from {{ staged('sprint_dates') }}
),

starts as (
    select
        sprint_id,
        starts_at,
        ends_at,
        row_number() over (
            partition by sprint_id
            order by
                case when ends_at <= starts_at then 1 else 0 end asc,
                case when told_ahead_at is null then 1 else 0 end asc,
                told_ahead_at desc,
                first_told_at asc,
                last_told_at asc,
                starts_at asc,
                case when ends_at is null then 1 else 0 end asc,
                ends_at asc
        ) as choice
    from told
    where starts_at is not null
),

ends as (
    select
        sprint_id,
        ends_at,
        row_number() over (
            partition by sprint_id order by first_told_at, last_told_at, ends_at
        ) as choice
    from told
    where ends_at is not null
),

names as (
    {% for name in ['sprint_id', 'slug', 'name'] %}
    select
        sprint_id,
        {{ name }} as sprint_ref,
        {{ loop.index }} as choice
    from {{ staged('sprints') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

configured as (
    select
        names.sprint_id as sprint_id,
        given.starts_at as starts_at,
        given.ends_at as ends_at,
        row_number() over (partition by names.sprint_id order by names.choice, names.sprint_id)
            as choice
    from names
    inner join {{ settings_table('sprint') }} as given on names.sprint_ref = given.sprint_ref
),

final as (
    select
        sprint_id,
        starts_at,
        ends_at,
        true as is_configured
    from configured
    where choice = 1
    union all
    select
        starts.sprint_id as sprint_id,
        starts.starts_at as starts_at,
        coalesce(starts.ends_at, ends.ends_at) as ends_at,
        false as is_configured
    from starts
    left join ends on starts.sprint_id = ends.sprint_id and ends.choice = 1
    where starts.choice = 1 and starts.sprint_id not in (select sprint_id from configured)
)

select * from final
